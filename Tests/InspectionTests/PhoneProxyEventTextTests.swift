import TestSupport
import Testing
import Wire

@testable import Inspection

/// The debug output has the words that the ASA's has.
@Suite struct PhoneProxyEventTextTests {
    private func request(_ file: String) throws -> PhoneFileRequest {
        PhoneFileRequest(
            client: try endpoint("192.168.10.5:49355"), clientInterface: InterfaceIndex(1),
            server: try endpoint("10.10.0.26:69"), realServer: try endpoint("192.0.2.101:69"),
            serverInterface: InterfaceIndex(0), file: file)
    }

    @Test func everyLineReadsAsTheChapterHasIt() throws {
        let config = try request("SEP001562106AF3.cnf.xml.sgn")
        let ctl = try request("CTLSEP001DA2033500.tlv")
        let mac = try #require(MACAddress(digits: Array("001562106AF3".utf8)))
        let lines: [(PhoneProxyEvent, PhoneProxyEvent.Severity, String)] = [
            (.requesting(config), .event, "PP: 192.168.10.5/49355 requesting SEP001562106AF3.cnf.xml.sgn"),
            (.opened(session: 0x17ccde), .event, "PP: opened 0x17ccde"),
            (
                .retransmittingRequest(config, .configuration), .event,
                "PP: Client outside:192.168.10.5/49355 retransmitting request for Config file SEP001562106AF3.cnf.xml.sgn"
            ),
            (
                .retransmittingRequest(ctl, .ctl), .event,
                "PP: Client outside:192.168.10.5/49355 retransmitting request for CTL file CTLSEP001DA2033500.tlv"
            ),
            (
                .forwardedData(
                    block: 1, from: try endpoint("168.215.146.220:20168"), to: try endpoint("68.207.118.9:33606"),
                    ingress: InterfaceIndex(1)), .event,
                "PP: Data Block 1 forwarded from 168.215.146.220/20168 to 68.207.118.9/33606 ingress ifc outside"
            ),
            (
                .receivedAcknowledgment(block: 1, ctl), .event,
                "PP: Received ACK Block 1 from outside:192.168.10.5/49355 to inside:192.0.2.101"
            ),
            (.createdSecurePhone(.mac(mac)), .event, "PP: Created entry for secure device 0015.6210.6af3"),
            (.sentAll(session: 1), .event, "PP: TFTP session complete, all data sent"),
            (.modified(.transport), .event, "PP: Modifying to TLS as the transport layer protocol."),
            (.modified(.securityMode(.encrypted)), .event, "PP: Modifying to encrypted mode."),
            (.callbackRequired, .event, "PP: Callback required for parsing config file"),
            (.noResponse(lookup: 7), .error, "PP: Unable to get dns response for id 7"),
            (.callbackFailed, .error, "PP: Callback, error modifying config file"),
            (
                .unreadable("Beginning of element tag is missing, got !"), .error,
                "PP: Beginning of element tag is missing, got !"
            ),
            (.parsingFailed, .error, "PP: error parsing config file"),
            (.modifyingFailed, .error, "PP: Error modifying config file, dropping packet"),
            (.unsignedRequest(config), .error, "Error: phone requesting for unsigned config file"),
        ]
        for (event, severity, line) in lines {
            #expect(event.text { $0 == InterfaceIndex(1) ? "outside" : "inside" } == line)
            #expect(event.severity == severity, "\(line)")
        }
    }
}
