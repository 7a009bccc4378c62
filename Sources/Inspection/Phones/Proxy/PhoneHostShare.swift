/// What one host takes up of the ``PhoneFileTable``. An object, so that its sessions find it without a search.
final class PhoneHostShare {
    /// Sessions under way.
    var sessions = 0
    /// Sessions that are over, and wait for packets that may still be.
    var retired = 0
    /// Bytes of the files on their way.
    var bytes = 0

    var isEmpty: Bool { sessions == 0 && retired == 0 }
}
