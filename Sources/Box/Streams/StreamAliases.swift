import Inspection
import TLSProxy

// The brain and the hand that carries the streams name the same things alike, each in its own words.

typealias HandStreamEvent = TLSProxy.StreamEvent
typealias HandStreamOrder = TLSProxy.StreamOrder
typealias HandStreamID = TLSProxy.StreamID
typealias HandStreamSide = TLSProxy.StreamSide
typealias BrainStreamEvent = Inspection.StreamEvent
typealias BrainStreamOrder = Inspection.StreamOrder
typealias BrainStreamID = Inspection.StreamID
typealias BrainStreamSide = Inspection.StreamSide

extension HandStreamSide {
    var brain: BrainStreamSide { self == .phone ? .phone : .server }
}

extension BrainStreamSide {
    var hand: HandStreamSide { self == .phone ? .phone : .server }
}

extension BrainStreamID {
    init(_ id: HandStreamID) { self.init(id.rawValue) }

    var hand: HandStreamID { HandStreamID(rawValue: rawValue) }
}
