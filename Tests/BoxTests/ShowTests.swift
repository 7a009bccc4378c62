import ConfigLanguage
import Inspection
import TestSupport
import Testing
import Wire

@testable import Box

/// What an ASA engineer reads: every table against the text that an ASA would print.
@Suite struct ShowTests {
    @Test func connectionsHaveTheForeignSideFirst() throws {
        let configuration = try configuration()
        let text = ShowConn.text(try .sample(configuration), InterfaceNames(configuration))
        #expect(
            text == """
                1 in use, 4 most used

                UDP outside 98.208.49.30:49152 inside 192.0.2.101:69, idle 0:00:03, bytes 124, flags -
                """)
    }

    @Test(
        arguments: [
            (TCPState.synSent, 0, 0, "SaAB"), (.synReceived, 0, 0, "aB"), (.established, 0, 0, "UB"),
            (.established, 5, 0, "UIB"), (.established, 5, 7, "UIOB"), (.halfClosed, 5, 7, "UfIOB"),
            (.closing, 0, 7, "UfOB"),
        ] as [(TCPState, UInt64, UInt64, String)])
    func flagsTellHowFarAConnectionIs(state: TCPState, toServer: UInt64, toPhone: UInt64, flags: String) throws {
        let names = InterfaceNames(try configuration())
        let flow = try flow(1, .tcp, tcpState: state, fromInitiator: toServer, fromResponder: toPhone)
        #expect(ShowConn.flags(flow, FlowSides(flow, names)) == flags)
    }

    @Test func translationsHaveRealAndMappedAddress() throws {
        let configuration = try configuration()
        #expect(
            ShowXlate.text(configuration, try .sample(configuration)) == """
                1 in use, 1 most used
                Flags: D - DNS, e - extended, I - identity, i - dynamic, r - portmap,
                       s - static, T - twice, N - net-to-net
                NAT from inside:192.0.2.101 to outside:10.10.0.26
                    flags s idle 0:00:03 timeout 0:00:00
                """)
    }

    @Test func aPortTranslationIsIdleUntilItsOwnPortIsUsed() throws {
        let text = exampleText.replacing(
            "nat (inside,outside) static 10.10.0.26",
            with: "nat (inside,outside) static 10.10.0.26 service tcp 5060 5060")
        let configuration = try configuration(text)
        #expect(
            ShowXlate.text(configuration, try .sample(configuration)).hasSuffix(
                """
                TCP PAT from inside:192.0.2.101 5060-5060 to outside:10.10.0.26 5060-5060
                    flags sr idle 0:01:00 timeout 0:00:00
                """))
    }

    @Test func dropsOfEngineAndKernelStandTogether() throws {
        let text = ShowAspDrop.text(try .sample(try configuration()), .sample, cleared: nil)
        #expect(
            text == """

                Frame drop:
                  Flow is denied by configured rule (acl-drop)                                 7
                  Slowpath security checks failed (sp-security-failed)                         6
                  First TCP packet not SYN (tcp-not-syn)                                       1
                  Dispatch queue limit reached (dispatch-queue-limit)                          5
                  Invalid for connection tracking (ct-invalid)                                 2

                Last clearing: Never

                Flow drop:

                Last clearing: Never
                """)
    }

    @Test func accessListsCountEngineAndKernel() throws {
        let configuration = try configuration()
        let tables = try BoxTables.sample(configuration)
        let list = """
            access-list pp; 1 elements
            access-list pp line 1 extended permit udp any host 10.10.0.26 eq tftp (hitcnt=42)
            """
        #expect(ShowAccessList.text(tables, .sample, only: "pp") == list)
        #expect(
            ShowAccessList.text(tables, .sample, only: nil) == """
                access-list cached ACL log flows: total 0, denied 0 (deny-flow-max 4096)
                            alert-interval 300
                \(list)
                """)
    }

    @Test func thePolicyTellsItsInspections() throws {
        let configuration = try configuration()
        #expect(
            ShowServicePolicy.text(configuration, try .sample(configuration)) == """
                Global policy:
                  Service-policy: global_policy
                    Class-map: inspection_default
                      Inspect: tftp, packet 12, lock fail 0, drop 0, reset-drop 0
                """)
    }

    @Test func interfacesTellTheirQueues() throws {
        let configuration = try configuration()
        let text = ShowInterface.text(configuration, try .sample(configuration), .sample)
        #expect(
            text == """
                Interface eth0 "outside", security level 0
                \tIP address 10.10.0.24, subnet mask 255.255.255.0
                  Traffic Statistics for "outside" (inspected):
                \t7 packets input, 400 bytes
                \t5 packets output, 1000 bytes
                \t3 packets dropped
                  Queue 5060: 1 packets waiting, 2 lost to a full queue, 3 lost to a full socket
                \t7 packets in 5 reads, 0 overruns, 0 verdicts refused
                Interface eth1 "inside", security level 100
                \tIP address 192.0.2.24, subnet mask 255.255.255.0
                  Traffic Statistics for "inside" (inspected):
                \t5 packets input, 1000 bytes
                \t4 packets output, 200 bytes
                \t0 packets dropped
                """)
    }

    @Test(arguments: [
        ("capture in interface inside", "capture in type raw-data interface inside [Capturing - 0 bytes]"),
        ("capture d type asp-drop acl-drop", "capture d type asp-drop acl-drop [Capturing - 0 bytes]"),
        (
            "capture c circular-buffer buffer 2000 packet-length 64 headers-only interface inside interface outside",
            "capture c type raw-data buffer 2000 packet-length 64 circular-buffer headers-only interface inside interface outside"
                + " [Capturing - 0 bytes]"
        ),
        (
            "capture m interface inside match udp any host 192.0.2.101 eq 69",
            "capture m type raw-data interface inside [Capturing - 0 bytes]\n  match udp any host 192.0.2.101 eq tftp"
        ),
    ])
    func capturesAreShownAsTheyWereAskedFor(command: String, shown: String) throws {
        let definitions = try configuration(exampleText + command + "\n").captures
        let captures = definitions.map { CaptureStatus(definition: $0, packets: 0, bytes: 0, missed: 0, isFull: false) }
        #expect(ShowCapture.text(captures) == shown)
    }

    @Test func capturedPacketsAreLinesWithTimeAddressesAndWhy() throws {
        let builder = PacketBuilder(from: try address("98.208.49.30"), to: try address("10.10.0.26"))
        let packets = [
            CapturedPacket(number: 1, time: evening, packet: builder.udp(from: 49_152, to: 69, [0, 1]), comment: nil),
            CapturedPacket(
                number: 12, time: Timestamp(nanoseconds: evening.nanoseconds + 1_002_003),
                packet: builder.tcp(from: 40_000, to: 80, flags: .syn, sequence: 7), comment: "Drop-reason: (acl-drop)"),
            CapturedPacket(number: 13, time: evening, packet: [0xff], comment: nil),
        ]
        #expect(
            ShowCapture.text(packets) == """

                3 packets captured

                   1: 18:45:00.000000       98.208.49.30.49152 > 10.10.0.26.69:  udp 2
                  12: 18:45:00.001002       98.208.49.30.40000 > 10.10.0.26.80: S 7:7(0) win 64240
                      Drop-reason: (acl-drop)
                  13: 18:45:00.000000       1 bytes, no IP
                3 packets shown
                """)
    }

    @Test func theVersionTellsForHowLong() throws {
        var tables = try BoxTables.sample(try configuration())
        #expect(ShowVersion.text("edge", tables) == "Phoneproxy Version 0.1\n\nedge up 1 min 0 secs")
        tables.now = evening.adding(seconds: 2 * 86_400 + 3601)
        #expect(ShowVersion.text("edge", tables).hasSuffix("edge up 2 days 1 hour 0 mins 1 sec"))
    }

    @Test func theLogTellsWhereItGoes() throws {
        var log = LogBuffer(limit: 100)
        log.append("%ASA-6-302015: Built")
        #expect(
            ShowLogging.text(log, try configuration().logging) == """
                Syslog logging: enabled
                    Timestamp logging: disabled
                    Console logging: disabled
                    Buffer logging: level informational, 1 messages logged, 0 overwritten
                %ASA-6-302015: Built
                """)
    }

    @Test func jsonHasTheSameFacts() throws {
        let configuration = try configuration()
        let (tables, names) = (try BoxTables.sample(configuration), InterfaceNames(configuration))
        #expect(
            ShowConn.json(tables, names).compact == """
                {"inUse":1,"mostUsed":4,"connections":[{"number":1,"protocol":"udp",\
                "foreign":{"interface":"outside","real":"98.208.49.30:49152","mapped":"98.208.49.30:49152"},\
                "local":{"interface":"inside","real":"192.0.2.101:69","mapped":"10.10.0.26:69"},\
                "inbound":true,"class":"inspect-tftp","idle":3.000000,"idleLimit":120,"packets":3,"bytes":124,"flags":"-"}]}
                """)
        #expect(
            ShowXlate.json(configuration, tables).compact == """
                [{"realInterface":"inside","real":"192.0.2.101","realPort":null,"mappedInterface":"outside",\
                "mapped":"10.10.0.26","mappedPort":null,"protocol":null,"flags":"s","flows":1,"idle":3}]
                """)
        #expect(
            ShowAspDrop.json(tables, .sample).compact
                == #"{"acl-drop":7,"sp-security-failed":6,"tcp-not-syn":1,"dispatch-queue-limit":5,"ct-invalid":2}"#)
        #expect(
            ShowAccessList.json(tables, .sample, only: nil).compact == """
                [{"name":"pp","entries":[{"line":1,"text":"access-list pp extended permit udp any host 10.10.0.26 eq tftp",\
                "hits":42}],"implicitDeny":3}]
                """)
        #expect(
            ShowServicePolicy.json(configuration, tables).compact == """
                [{"interface":null,"policyMap":"global_policy","classes":[{"classMap":"inspection_default",\
                "inspections":[{"protocol":"tftp","packets":12,"drops":0}]}]}]
                """)
        #expect(
            ShowCapture.json(tables.captures).compact == """
                [{"name":"in","type":"raw-data","interfaces":["inside"],"packets":2,"bytes":124,"missed":0,"full":false}]
                """)
        #expect(
            ShowVersion.json("edge", tables).compact
                == #"{"version":"0.1","hostname":"edge","upSeconds":60.000000,"lostEvents":0}"#)
    }
}
