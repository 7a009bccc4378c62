import ConfigLanguage
import Glibc
import Inspection
import TestSupport
import Testing
import Wire

@testable import Box

/// One file rewritten by hand, and files that are written whole or not at all.
@Suite struct ProvisionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func box() throws -> Configuration {
        var configuration = try configuration(exampleText)
        configuration.names = ["CCM4PUB": try address("192.0.2.101")]
        var proxy = PhoneProxyDefinition(name: "mypp")
        proxy.tftpServers = [.init(address: try address("192.0.2.101"), interface: "inside")]
        configuration.phoneProxy = proxy
        return configuration
    }

    @Test func namesOfTheConfigurationAreEnough() throws {
        let file = Array(SamplePhoneFiles.skinny7960.utf8)
        let outside = try Provisioning(try box(), interface: nil).run(file)
        #expect(String(decoding: outside.bytes, as: UTF8.self).contains("<processNodeName>10.10.0.26<"))
        #expect(outside.bytes == (try Provisioning(try box(), interface: "outside").run(file).bytes))
        let inside = try Provisioning(try box(), interface: "inside").run(file)
        #expect(String(decoding: inside.bytes, as: UTF8.self).contains("<processNodeName>192.0.2.101<"))
    }

    @Test func nobodyIsAskedForNames() throws {
        let provisioning = try Provisioning(try box(), interface: nil)
        #expect(throws: PhoneFileError.unresolved(host: "publisher.example.net")) {
            try provisioning.run(Array(SamplePhoneFiles.skinny7970.utf8))
        }
    }

    @Test func whatTheBoxWouldNotDoIsRefused() throws {
        #expect(throws: Provisioning.Refusal.self) { try Provisioning(try box(), interface: "dmz") }
        let without = try configuration(exampleText)
        #expect(throws: Provisioning.Refusal.self) { try Provisioning(without, interface: nil) }
    }

    @Test func aReplacedFileIsTheOldOneOrTheNewOne() throws {
        let path = try folder.write("file", "old")
        try WholeFile.replace(path, with: [1, 2, 3])
        #expect(try TestFiles.read(path) == [1, 2, 3])
        #expect(TestFiles.list(folder.path) == [path])
        #expect(throws: FileError.self) { try WholeFile.replace(folder.file("absent/file"), with: [1]) }
        #expect(TestFiles.list(folder.path) == [path])
    }

    @Test func whatIsNoFileIsWrittenToAndStays() throws {
        let path = folder.file("pipe")
        try #require(unsafe mkfifo(path, 0o600) == 0)
        let reader = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(reader) }
        try WholeFile.replace(path, with: [1, 2, 3])
        var bytes = [UInt8](repeating: 0, count: 8)
        #expect(unsafe read(reader, &bytes, bytes.count) == 3)
        #expect(bytes.prefix(3) == [1, 2, 3])
    }
}
