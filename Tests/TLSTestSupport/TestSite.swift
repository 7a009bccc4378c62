import ConfigLanguage
import TLSProxy
import TestSupport
import Wire

/// Keys and certificates of a small site, made by the openssl command: authorities, the box, and phones good and bad.
package final class TestSite: Sendable {
    package static let shared = Result { try TestSite() }

    package let folder: TemporaryFolder

    private init() throws {
        folder = try TemporaryFolder()
        let made = try processOutput(["bash", "-euc", Self.script, "bash", folder.path], keepsErrors: true)
        guard made.status == 0 else { throw TestFailure("no certificates: \(made.errors)") }
    }

    /// RSA keys are what takes time: there are few of them.
    private static let script = """
        cd "$1"
        for name in box phone; do openssl genrsa -out $name.key 2048; done
        openssl genrsa -out old.key 1024
        for name in root maker stranger elliptic; do openssl ecparam -genkey -name prime256v1 -noout -out $name.key; done
        openssl genpkey -algorithm ED25519 -out edwards.key
        openssl genpkey -algorithm ED448 -out goldilocks.key
        openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out pss.key
        openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp384r1 -out larger.key
        phone="/O=Cisco Systems Inc./OU=EVVBU/CN=CP-7962G-SEP002155554502"
        root() { openssl req -x509 -new -key $1.key -subj "/O=Cisco Systems/CN=$2" -days 3650 -out $1.pem "${@:3}"; }
        issue() { # FILE KEY ISSUER SUBJECT OPTION...
            openssl req -new -key $2.key -subj "$4" | openssl x509 -req -CA $3.pem -CAkey $3.key \\
                -set_serial 0x62D06172000000143FCC -out $1.pem "${@:5}"
        }
        root root "Cisco Root CA 2048"
        root stranger "Somebody Else"
        printf 'basicConstraints=critical,CA:true\\n' >authority
        issue maker maker root "/O=Cisco Systems/CN=Cisco Manufacturing CA" -days 3000 -extfile authority
        issue expired-maker maker root "/O=Cisco Systems/CN=Cisco Manufacturing CA" -days -1 -extfile authority
        issue box box root "/CN=box" -days 300
        issue phone phone root "$phone" -days 300
        issue made phone maker "$phone" -days 300
        for name in elliptic edwards goldilocks pss larger; do issue $name $name root "$phone" -days 300; done
        issue expired phone root "$phone" -days -1
        issue foreign phone stranger "$phone" -days 300
        issue old old root "$phone" -days 300 -sha1
        issue odd phone root '/O=Comma, Inc./CN=SEP1/CN=SEP2' -days 300
        cat made.pem maker.pem >made-chain.pem
        for name in root maker expired-maker stranger box phone made old; do
            openssl x509 -in $name.pem -outform DER -out $name.der
        done
        openssl pkcs8 -topk8 -nocrypt -in box.key -outform DER -out box.key.der
        openssl pkcs8 -topk8 -nocrypt -in phone.key -outform DER -out phone.key.der
        openssl pkcs8 -topk8 -nocrypt -in old.key -outform DER -out old.key.der
        """

    package func der(_ name: String) throws -> [UInt8] { try TestFiles.read(folder.file("\(name).der")) }

    package func pem(_ name: String) -> String { folder.file("\(name).pem") }
    package func key(_ name: String) -> String { folder.file("\(name).key") }

    package func anchor(_ name: String) throws -> TrustAnchor { TrustAnchor(name: "tp-\(name)", der: try der(name)) }

    package func identity(_ name: String = "box") throws -> TLSIdentity {
        try TLSIdentity(chain: [try der(name)], privateKey: try der("\(name).key"))
    }

    package func server(_ policy: TLSPolicy = .modern, anchors: [String] = ["root"]) throws -> TLSServerSettings {
        TLSServerSettings(identity: try identity(), anchors: try anchors.map { try anchor($0) }, policy: policy)
    }

    /// On loopback, without privileges.
    package func settings(_ server: TLSServerSettings) -> TerminatorSettings {
        var settings = TerminatorSettings(
            listen: [Endpoint(IPAddress(v4: 0x7f00_0001), 0)], server: server)
        settings.isTransparent = false
        settings.deadlines.linger = 0.5
        return settings
    }
}

extension TLSPolicy {
    package static func only(_ version: TLSVersion, _ ciphers: [SSLCipher]? = nil) -> TLSPolicy {
        TLSPolicy(minimum: version, maximum: version, ciphers: ciphers)
    }

    package static let anything = TLSPolicy(minimum: .tls10, maximum: .tls13)
}
