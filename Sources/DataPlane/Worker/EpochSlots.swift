package import Model

/// What a worker holds for its clients: slots by client and epoch, both bounded; what was not used for longest goes
/// first.
package struct EpochSlots<Slot: Sendable>: Sendable {
    private let epochsPerClient: Int
    private var clients: RecentlyUsed<String, RecentlyUsed<Epoch, Slot>>

    package init(clients: Int, epochsPerClient: Int) {
        self.epochsPerClient = epochsPerClient
        self.clients = RecentlyUsed(capacity: clients)
    }

    package mutating func slot(client: String, epoch: Epoch) -> Slot? {
        guard var epochs = clients.value(of: client) else { return nil }
        let slot = epochs.value(of: epoch)
        _ = clients.insert(epochs, for: client)
        return slot
    }

    package mutating func insert(_ slot: Slot, client: String, epoch: Epoch) {
        var epochs = clients.value(of: client) ?? RecentlyUsed(capacity: epochsPerClient)
        _ = epochs.insert(slot, for: epoch)
        _ = clients.insert(epochs, for: client)
    }

    /// An epoch that is not held is no error.
    package mutating func remove(client: String, epoch: Epoch) {
        guard var epochs = clients.value(of: client) else { return }
        epochs.remove(epoch)
        if epochs.count == 0 {
            clients.remove(client)
        } else {
            _ = clients.insert(epochs, for: client)
        }
    }

    package var count: Int {
        var clients = clients
        return clients.keys.reduce(0) { $0 + (clients.value(of: $1)?.count ?? 0) }
    }
}
