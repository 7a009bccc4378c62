import Synchronization

/// Makes whatever holds it stay where it is while it is looked at.
///
/// The compiler hands a value of fixed layout to a method that does not change it as a copy, however large it is: of an
/// engine that would be three kilobytes for each question that is asked of it. What holds an atomic has to be looked at
/// in place, since somebody else may change it meanwhile; nobody does.
struct InPlace: ~Copyable {
    private let anchor = Atomic(false)
}
