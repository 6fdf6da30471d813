public import Model

/// What reaches the decision about one device, from the field or from a simulation. Whoever decides takes signals and
/// answers with actions, and sees nothing else of the world.
public enum Signal: Sendable {
    /// What the agent measured, in the order of its clock; several in one message.
    case samples([Sample])
    /// Frames that were answered.
    case frames([FrameRecord])
    /// The regular moment to look at the windows.
    case tick
    case event(Event)
}
