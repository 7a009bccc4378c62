import Inspection
import MediaTermination

// The brain and the media hand name the same things alike, each in its own words.

typealias HandMediaReport = MediaTermination.MediaReport
typealias HandLegStatistics = MediaTermination.MediaLegStatistics
typealias HandProtection = MediaTermination.MediaProtection
typealias BrainMediaReport = Inspection.MediaReport
typealias BrainLegStatistics = Inspection.MediaLegStatistics
typealias BrainMediaLeg = Inspection.MediaLeg
typealias BrainMediaSession = Inspection.MediaSession
