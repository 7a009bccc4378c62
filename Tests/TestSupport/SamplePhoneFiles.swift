/// Phones' configuration files as different call servers write them. Every address, name and secret is made up.
public enum SamplePhoneFiles {
    /// Unified CM 7, Skinny, not secure: line feeds, an undeclared prefix, two blanks before attributes.
    public static let skinny7970 = """
        <?xml version="1.0" encoding="UTF-8"?>
        <device  xsi:type="axl:XIPPhone" ctiid="7" uuid="{00000000-0000-0000-0000-000000000007}">
        <fullConfig>true</fullConfig>
        <deviceProtocol>SCCP</deviceProtocol>
        <devicePool  uuid="{00000000-0000-0000-0000-000000000001}">
        <name>Home</name>
        <callManagerGroup>
        <members>
        <member  priority="0">
        <callManager>
        <name>publisher</name>
        <ports>
        <ethernetPhonePort>2000</ethernetPhonePort>
        <mgcpPorts>
        <listen>2427</listen>
        </mgcpPorts>
        </ports>
        <processNodeName>publisher.example.net</processNodeName>
        </callManager>
        </member>
        <member  priority="1">
        <callManager>
        <name>192.0.2.106</name>
        <ports>
        <ethernetPhonePort>2000</ethernetPhonePort>
        </ports>
        <processNodeName>192.0.2.106</processNodeName>
        </callManager>
        </member>
        </members>
        </callManagerGroup>
        </devicePool>
        <commonProfile>
        <phonePassword>topsecret</phonePassword>
        </commonProfile>
        <loadInformation>SCCP70.8-5-3S</loadInformation>
        <vendorConfig>
        <pcPort>0</pcPort><settingsAccess>1</settingsAccess><garp>0</garp><voiceVlanAccess>0</voiceVlanAccess><webAccess>0</webAccess><spanToPCPort>1</spanToPCPort></vendorConfig>
        <networkLocale>United_States</networkLocale>
        <deviceSecurityMode>1</deviceSecurityMode>
        <messagesURL></messagesURL>
        <proxyServerURL></proxyServerURL>
        <transportLayerProtocol>1</transportLayerProtocol>
        <capfAuthMode>0</capfAuthMode>
        <capfList>
        <capf>
        <phonePort>3804</phonePort>
        <processNodeName>publisher.example.net</processNodeName>
        </capf>
        </capfList>
        <certHash></certHash>
        <encrConfig>false</encrConfig>
        </device>

        """

    /// Unified CM 8, SIP, already encrypted in its cluster: a byte order mark, CR LF, accents, other ports.
    public static let sip7961: [UInt8] =
        [0xef, 0xbb, 0xbf]
        + Array(
            sip.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n").utf8)

    private static let sip = """
        <?xml version="1.0" encoding="UTF-8"?>
        <device  xsi:type="axl:XIPPhone" ctiid="8">
        <fullConfig>true</fullConfig>
        <deviceProtocol>SIP</deviceProtocol>
        <sshPassword>topsecret</sshPassword>
        <devicePool>
        <name>Télétravail</name>
        <callManagerGroup>
        <members>
        <member  priority="0">
        <callManager>
        <name>192.0.2.101</name>
        <ports>
        <ethernetPhonePort>2000</ethernetPhonePort>
        <sipPort>5070</sipPort>
        <securedSipPort>5071</securedSipPort>
        </ports>
        <processNodeName>192.0.2.101</processNodeName>
        </callManager>
        </member>
        </members>
        </callManagerGroup>
        </devicePool>
        <sipProfile>
        <sipProxies>
        <backupProxy>USECALLMANAGER</backupProxy>
        <backupProxyPort>5060</backupProxyPort>
        </sipProxies>
        <phoneLabel>Bureau &amp; atelier – étage 2</phoneLabel>
        <sipLines>
        <line  button="1">
        <proxy>USECALLMANAGER</proxy>
        <authPassword>topsecret</authPassword>
        </line>
        </sipLines>
        </sipProfile>
        <loadInformation>SIP41.8-5-3S</loadInformation>
        <vendorConfig>
        <pcPort>0</pcPort><garp>1</garp><voiceVlanAccess>0</voiceVlanAccess><webAccess>2</webAccess><spanToPCPort>0</spanToPCPort></vendorConfig>
        <deviceSecurityMode>3</deviceSecurityMode>
        <proxyServerURL></proxyServerURL>
        <transportLayerProtocol>4</transportLayerProtocol>
        <capfAuthMode>3</capfAuthMode>
        <capfList>
        <capf>
        <phonePort>3804</phonePort>
        <processNodeName>192.0.2.101</processNodeName>
        </capf>
        </capfList>
        <certHash>0f1e2d3c</certHash>
        <encrConfig>false</encrConfig>
        </device>

        """

    /// CallManager 4.1, Skinny: no declaration, no line feed at the end, nothing about security.
    public static let skinny7960 = """
        <device  xsi:type="axl:XIPPhone" ctiid="9">
        <devicePool>
        <callManagerGroup>
        <members>
        <member  priority="0">
        <callManager>
        <ports>
        <analogAccessPort>2002</analogAccessPort>
        <ethernetPhonePort>2000</ethernetPhonePort>
        </ports>
        <processNodeName>CCM4PUB</processNodeName>
        </callManager>
        </member>
        </members>
        </callManagerGroup>
        </devicePool>
        <loadInformation>P00308000500</loadInformation>
        <vendorConfig>
         <pcPort>0</pcPort><garp>0</garp><voiceVlanAccess>0</voiceVlanAccess><settingsAccess>1</settingsAccess><webAccess>0</webAccess></vendorConfig>
        <networkLocaleInfo>
        <name>United_States</name>
        </networkLocaleInfo>
        <idleTimeout>0</idleTimeout>
        <proxyServerURL></proxyServerURL>
        <capfAuthMode>1</capfAuthMode>
        <capfList>
        <capf>
        <phonePort>3804</phonePort>
        <processNodeName>CCM4PUB</processNodeName>
        </capf>
        </capfList>
        </device>
        """

    /// By hand, for Asterisk: comments, look-alikes in a comment and in CDATA, self-closing elements, text between them.
    public static let handmade = """

        <!-- for the study -->
        <device>
        \t<deviceProtocol>SIP</deviceProtocol>
        \t<devicePool>
        \t\t<callManagerGroup><members><member priority="0"><callManager><processNodeName> 192.0.2.101 </processNodeName></callManager></member></members></callManagerGroup>
        \t</devicePool>
        \t<!-- not this one: <deviceSecurityMode>1</deviceSecurityMode> -->
        \t<sipProfile><sipLines><line button="1"><proxy>192.0.2.101</proxy><port>5060</port></line></sipLines></sipProfile>
        \t<vendorConfig>
        \t\t<webAccess/>/
        \t\t<pcPort> 0 </pcPort>
        \t\t<description><![CDATA[<webAccess>0</webAccess>]]></description>
        \t\t<spanToPCPort>0<!-- why not --></spanToPCPort>
        \t</vendorConfig>
        \t<deviceSecurityMode/>
        \t<proxyServerURL/>
        </device>

        """

    public static let defaultFile = """
        <Default>
        <callManagerGroup>
        <members><member priority="0"><callManager><processNodeName>192.0.2.101</processNodeName></callManager></member></members>
        </callManagerGroup>
        <loadInformation6  model="IP Phone 7910">P00405000700</loadInformation6>
        </Default>
        """

    /// What is left of a file whose rest is encrypted.
    public static let encrypted = """
        <?xml version="1.0" encoding="UTF-8"?>
        <device>
        <fullConfig>false</fullConfig>
        <certHash>0f1e2d3c</certHash>
        <encrConfig>true</encrConfig>
        </device>

        """

    /// A slip of the hand, with a password behind it.
    public static let broken = """
        <device>
        <deviceProtocol>SIP</deviceProtocol>
        <authPassword[topsecret]</authPassword>
        </device>

        """

    /// `text` in UTF-16 with a byte order mark.
    public static func utf16(_ text: String, isBigEndian: Bool = false) -> [UInt8] {
        ("\u{feff}" + text).utf16.flatMap { unit in
            let bytes = [UInt8(unit >> 8), UInt8(unit & 0xff)]
            return isBigEndian ? bytes : bytes.reversed()
        }
    }

    /// `text` in ISO-8859-1.
    public static func latin1(_ text: String) -> [UInt8] {
        text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }
}
