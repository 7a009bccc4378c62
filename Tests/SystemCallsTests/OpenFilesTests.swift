import Glibc
import SystemCalls
import Testing

/// The limit belongs to the whole process: nothing here lowers it.
@Suite(.serialized) struct OpenFilesTests {
    private var limit: rlimit {
        var limit = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return limit
    }

    @Test func whatIsAllowedAlreadyStays() {
        let before = limit
        #expect(OpenFiles.allow(1) == Int(before.rlim_cur))
        #expect(limit.rlim_cur == before.rlim_cur)
        #expect(limit.rlim_max == before.rlim_max)
    }

    @Test func itIsRaisedAsFarAsTheSystemAllows() {
        let before = limit
        let wanted = Int(before.rlim_cur) + 16
        let allowed = OpenFiles.allow(wanted)
        #expect(allowed >= Int(before.rlim_cur))
        #expect(allowed == Int(limit.rlim_cur))
        // Whoever has CAP_SYS_RESOURCE goes beyond the hard limit, up to what the kernel knows; nobody else does.
        #expect(allowed == wanted || allowed == Int(before.rlim_max))
    }

    @Test func whatNoKernelAllowsIsNotAllowed() {
        let allowed = OpenFiles.allow(.max)
        #expect(allowed < Int.max)
        #expect(allowed == Int(limit.rlim_max))
    }
}
