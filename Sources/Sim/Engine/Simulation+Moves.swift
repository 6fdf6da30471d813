import Controller
import Model

/// What agents are told to do, and what they answer: make before break, by the rules of `SplitController`.
extension Simulation {
    mutating func tell(_ device: Int, _ event: Event) {
        guard !isAway(device) else { return }
        agents[device].events.append(TimedEvent(time: now, event: event))
        send(device, .event(event))
    }

    mutating func send(_ device: Int, _ signal: Signal) {
        for action in agents[device].policy.take(signal, at: now) { perform(action, device) }
    }

    private mutating func perform(_ action: Action, _ device: Int) {
        switch action {
        case .prepare(let plan, let epoch): prepare(plan, epoch, device)
        case .activate(let epoch):
            guard let position = agents[device].position(of: epoch) else { return }
            let costs = facts(device).group.moves
            schedule(Happening(.active, device: device, subject: position), after: costs.activation.count)
        case .retire(let epoch): retire(epoch, device)
        case .wake(let time):
            agents[device].wakeNumber += 1
            guard now < .zero + world.duration else { return }
            schedule(
                Happening(.wake, device: device, subject: agents[device].wakeNumber), at: max(time, now).nanoseconds)
        case .record(let decision): agents[device].decisions.append(decision)
        }
    }

    mutating func wake(_ device: Int, _ number: Int) {
        guard number == Int(Int32(truncatingIfNeeded: agents[device].wakeNumber)) else { return }
        tell(device, .wake)
    }

    private mutating func prepare(_ plan: Plan, _ epoch: Epoch, _ device: Int) {
        let facts = facts(device)
        guard let position = facts.group.planSet.plans.firstIndex(where: { $0.id == plan.id }) else {
            return tell(device, .prepareFailed(epoch, reason: "there is no plan '\(plan.id)'"))
        }
        guard agents[device].canHold(epoch) else {
            return tell(device, .prepareFailed(epoch, reason: "the agent cannot hold epoch \(epoch)"))
        }
        let costs = facts.group.moves
        var held = HeldEpoch(epoch: epoch, plan: position)
        let isThere = position == facts.refuge || isHeld(position, device) || takeKept(position, device)
        held.isBuilt = isThere
        held.weightsLeft = isThere || !costs.sendsWeights ? 0 : facts.demands[position].moveBytes
        agents[device].held.append(held)
        let number = agents[device].held.count - 1
        if held.weightsLeft > 0 {
            sendWeights(device, number)
        } else {
            build(device, number, span: isThere ? 0 : costs.build.count)
        }
    }

    private func isHeld(_ plan: Int, _ device: Int) -> Bool {
        agents[device].held.contains { $0.plan == plan && $0.isBuilt && !$0.isGone }
    }

    private mutating func takeKept(_ plan: Int, _ device: Int) -> Bool {
        guard let index = agents[device].kept.firstIndex(of: plan) else { return false }
        agents[device].kept.remove(at: index)
        return true
    }

    mutating func buildAfterWeights(_ device: Int, _ number: Int) {
        build(device, number, span: facts(device).group.moves.build.count)
    }

    private mutating func build(_ device: Int, _ number: Int, span: Int64) {
        if span > 0 { setBuilding(device, by: 1) }
        schedule(Happening(.built, device: device, subject: span > 0 ? number : -number), after: span)
    }

    private mutating func setBuilding(_ device: Int, by change: Int) {
        moveSharedEdge(device)
        devices[device].edge.building += change
        devices[device].edge.buildFactor =
            devices[device].edge.building > 0 ? facts(device).group.moves.buildSlowdown : 1
        planSharedEdge(device)
    }

    /// - Parameter subject: the preparation's number, negative where nothing had to be built.
    mutating func built(_ device: Int, _ subject: Int) {
        if subject > 0 { setBuilding(device, by: -1) }
        agents[device].held[abs(subject)].isBuilt = true
        announce(device, abs(subject))
    }

    /// Both sides are ready, where the cloud can be asked.
    private mutating func announce(_ device: Int, _ number: Int) {
        let held = agents[device].held[number]
        let isEdgeOnly = facts(device).demands[held.plan].isEdgeOnly
        guard held.isBuilt, !held.isGone, !held.isAnnounced, isEdgeOnly || !agents[device].isLinkLost else {
            return
        }
        agents[device].held[number].isAnnounced = true
        tell(device, .prepared(held.epoch))
    }

    /// What could not be prepared in an outage.
    mutating func announceWaiting(_ device: Int) {
        for number in agents[device].held.indices { announce(device, number) }
    }

    mutating func becomeActive(_ device: Int, _ position: Int) {
        let held = agents[device].held[position]
        guard held.isBuilt, !held.isGone else { return }
        let old = devices[device].epoch
        if old != position {
            devices[device].epoch = position
            devices[device].plan = held.plan
            agents[device].activations.append(Activation(time: now, plan: held.plan, epoch: held.epoch))
        }
        tell(device, .activated(held.epoch))
        if old != position, agents[device].held[old].underWay == 0 { drained(device, old) }
    }

    mutating func enterEpoch(_ device: Int) {
        guard devices[device].drivenBy == .causal else { return }
        agents[device].held[devices[device].epoch].underWay += 1
    }

    mutating func leaveEpoch(_ device: Int, _ position: Int) {
        guard devices[device].drivenBy == .causal else { return }
        agents[device].held[position].underWay -= 1
        if agents[device].held[position].underWay == 0, position != devices[device].epoch {
            drained(device, position)
        }
    }

    private mutating func drained(_ device: Int, _ position: Int) {
        let held = agents[device].held[position]
        guard !held.isGone else { return }
        if held.isRetiring { dismiss(device, position) }
        tell(device, .drained(held.epoch))
    }

    private mutating func retire(_ epoch: Epoch, _ device: Int) {
        guard epoch != 0, let position = agents[device].position(of: epoch),
            position != devices[device].epoch
        else { return }
        if agents[device].held[position].underWay > 0 {
            agents[device].held[position].isRetiring = true
        } else {
            dismiss(device, position)
        }
    }

    mutating func dismiss(_ device: Int, _ position: Int) {
        let facts = facts(device)
        let held = agents[device].held[position]
        guard !held.isGone else { return }
        agents[device].held[position].isGone = true
        guard held.isBuilt, held.plan != facts.refuge, !isHeld(held.plan, device) else { return }
        agents[device].kept.removeAll { $0 == held.plan }
        agents[device].kept.insert(held.plan, at: 0)
        agents[device].kept.removeLast(max(agents[device].kept.count - facts.group.moves.kept, 0))
    }
}
