/// A digest of text that is the same on every machine: FNV-1a (Fowler, Noll, Vo), 64 bits. Not against whoever looks for two texts
/// of one digest.
package func digest(of text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}
