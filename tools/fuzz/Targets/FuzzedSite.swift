import ConfigLanguage
import Trust
import Wire

/// A site for fuzzing: two key pairs that were made for this purpose and protect nothing, so that its files are the same
/// in every run.
enum FuzzedSite {
    struct Holder {
        let certificate: Certificate
        let key: PrivateKey
    }

    static let listName = "CTLFile.tlv"
    static let fileName = "SEP001122334455.cnf.xml.sgn"
    private static let time = Timestamp(seconds: 1_288_224_000)

    /// Signed lists, first the one that the phone has.
    static let lists: [FuzzTarget.Seed] = {
        guard let sast = holder(sastKey, sastCertificate), let proxy = holder(proxyKey, proxyCertificate),
            let server = Label("10.10.0.26"), let none = Label("")
        else { return [] }
        let token = TrustRecord(role: .sast, certificate: sast.certificate, dnsName: none, address: .anyV4)
        let signer = TrustRecord(
            role: .ccmTFTP, certificate: proxy.certificate, dnsName: server, address: IPAddress(v4: 0x0a0a_001a))
        var bare = TrustRecord(role: .ccm)
        bare.dnsName = server
        bare.address = [10, 10, 0, 27]
        return [
            list("usual", [token, signer], sast, .sha1), list("bare", [token, signer, bare], sast, .sha512),
            list("tokens", [token, token], sast, .sha1),
        ].compactMap(\.self)
    }()

    static let files: [FuzzTarget.Seed] = {
        guard let proxy = holder(proxyKey, proxyCertificate) else { return [] }
        return [
            file("usual", Array("<device>\r\n</device>".utf8), proxy, .sha1), file("empty", [], proxy, .sha1),
            file("sha512", Array("<a/>".utf8), proxy, .sha512),
        ].compactMap(\.self)
    }()

    static let installed = lists.first.flatMap { try? TrustList.verify($0.bytes) }

    private static func list(
        _ name: String, _ records: [TrustRecord], _ holder: Holder, _ digest: SignatureDigest
    ) -> FuzzTarget.Seed? {
        guard let signer = try? FileSigner(certificate: holder.certificate, key: holder.key, digest: digest),
            let bytes = try? TrustList.make(records, signer: signer, time: time)
        else { return nil }
        return FuzzTarget.Seed(name: name, bytes: bytes)
    }

    private static func file(
        _ name: String, _ body: [UInt8], _ holder: Holder, _ digest: SignatureDigest
    ) -> FuzzTarget.Seed? {
        guard let signer = try? FileSigner(certificate: holder.certificate, key: holder.key, digest: digest),
            let bytes = try? SignedFile.make(name: fileName, body: body, signer: signer, time: time)
        else { return nil }
        return FuzzTarget.Seed(name: name, bytes: bytes)
    }

    private static func holder(_ key: String, _ certificate: String) -> Holder? {
        guard let key = try? PrivateKey(pem: pem("RSA PRIVATE KEY", key)),
            let certificate = try? Certificate(pem: pem("CERTIFICATE", certificate))
        else { return nil }
        return Holder(certificate: certificate, key: key)
    }

    private static func pem(_ label: String, _ body: String) -> [UInt8] {
        Array("-----BEGIN \(label)-----\n\(body)\n-----END \(label)-----\n".utf8)
    }

    private static let sastKey = """
        MIICXAIBAAKBgQC6LJtevojC4KzwLtxD7AXsY0vW2r9MT9JKUePDzeMF04bqbxVvUUgD96S/x2/fqzFYVIK0T2yOhbmyQUEjzGdL
        OOod9Xg8DMBaaTgsxsMpxmGse4iHGpBNpLiMRK80ZJ89YRrb1HSzcht0QH12RvjQx/yx8CpVi5jbc/7ldlL4UQIDAQABAoGBALNE
        tK88hPAx7BSy6sI0iVegHazbogzXZ8TMqacnn41Cq80d/ePcvp2jXm6UmjMj4zYM2nbJa9ypA7CTiSfxcRunPpT6meFBbER3tyrf
        wM2Fb4BeWgVSGtgJDWagQxlZeFyaygbJMDlIUYNZxujfpP2QA0PcVlggpHxAuknJeSVpAkEA3ycRL58S+h8Mn0Hc+LIqozPeT5hC
        +uSiATSLDWKdiWy0V62IHtcEt/k2F808OGnsZLIPqhU9XDg7ImVVUuK7kwJBANWUGvEpcUSeRy02y0tUVxnoy0zUEtfC7kpJmSGl
        U43H+Xd7W06EBrjbU1RacR6r+03P65RPcZT2ReYapvZTEwsCQHhRkCqlEo5Z/2w/Du3o4qRsawlvh23PqKoNsovdCCP4wKQlpKc8
        OAcaD9h1iGrCcfs5JskF+remefvptz+hkJECQE1S7JopJd/w6dX9w4ZHR62SsZ/kG9pPsZPlp3Id9+0Z3ECcwYbgl8pvZXDhuZig
        LUCTqTett3J14wKW3aHKm9cCQEdfQptjRNGFCstyYeN6+gguqThsbgHT4aIveOZhND87c11oW9ZQyc5RzH8oNzMokG+ZlGo1BELM
        KyDEmV8pGPs=
        """

    private static let sastCertificate = """
        MIIBujCCASMCCEGgsMDQ4PABMA0GCSqGSIb3DQEBBQUAMCExEDAOBgNVBAoMB0V4YW1wbGUxDTALBgNVBAMMBHNhc3QwIBcNMjYx
        MTIyMjE1MDI3WhgPMjA1MTA3MTQyMTUwMjdaMCExEDAOBgNVBAoMB0V4YW1wbGUxDTALBgNVBAMMBHNhc3QwgZ8wDQYJKoZIhvcN
        AQEBBQADgY0AMIGJAoGBALosm16+iMLgrPAu3EPsBexjS9bav0xP0kpR48PN4wXThupvFW9RSAP3pL/Hb9+rMVhUgrRPbI6FubJB
        QSPMZ0s46h31eDwMwFppOCzGwynGYax7iIcakE2kuIxErzRknz1hGtvUdLNyG3RAfXZG+NDH/LHwKlWLmNtz/uV2UvhRAgMBAAEw
        DQYJKoZIhvcNAQEFBQADgYEADlPowtVx73uiU/F3BrEn6fXcGMZVh1NfVcBbhQfrFm+Ti4JxUfUuN+gRZ+p2xu/YEPFfeJ/TywFf
        Xzr8XAVEu1mzzdf5L+XDWqlYQJHw3iLEFZd8LPfrDKaEKjTJQMGclgyjoPyb/VAl5CmzpVe24Qw7udtTZW6XaPSFAVIX1yM=
        """

    private static let proxyKey = """
        MIICXQIBAAKBgQCyXEBelccMywUxVeaMp9iFrt0ztnt+JE38TVDKAh/mgbcrS3vFmTg2EUdUf6JzkIm0r3+zKUyrJy7I+i4glpPF
        9LIMWHuiSlC8PMhtYiUiebpW2ve09FYlKZmcvH5l8NXsm70XwSmVM4d40Pmy1Idp5716EXQ1vfaLuu/IHFLNkQIDAQABAoGBAJDJ
        pJNjwNcYw9ld4y8RXgp/fh/ppewraodC+C9UdDL54AisWQh6LhBuDFqC1gw8LB1aTi7ReuSBhVAvD1zy/3dauCZCu1vUkmHhT7rD
        QdJuUuy9duIfOa+U3vhK98GQ4qJaEJ/QEfnk8IIEM2CTLGAVAjeapts0Iz+iQOnJVVNxAkEA3544cHIrPR4L+YBiQJG9WqReE/Eu
        aC2sNFtDK+gXhGASW1KUQza/OoVL2RKrmYq1RPjstktDAH0TZpuykK55nQJBAMwwRqq62YTDmRDg07eIQIajFh+joLWg2VG3fVn7
        I1HuYYCUHkY49xf7JAxmQI/hLhoMrOYkF/mWfyto7yFta4UCQASMXk+DMvfyRYIUp2ryy+wtDbDQJgZ+b1M9S/d3qArMPXNYEaXw
        ViFllq5an9zmols9yOrISxuWb6+VmSMyOU0CQCezz1nNIRRej/mnLaOHG7zSIzAdudb3Iqpv+jCv00tQBadhpY1T8D+6dmTu0Ojp
        CPTJuCi7penC6JFBQxYF150CQQCTEkWD8TZTBG8BvioXhnC6FwiaedBkNAhh635LQiwOaCJ5GP7KMvVIm/u/PckHmaEYfbPOkwju
        udDZduL7xH3k
        """

    private static let proxyCertificate = """
        MIIBvDCCASUCCEKgsMDQ4PABMA0GCSqGSIb3DQEBBQUAMCIxEDAOBgNVBAoMB0V4YW1wbGUxDjAMBgNVBAMMBXByb3h5MCAXDTI2
        MTEyMjIxNTAyOFoYDzIwNTEwNzE0MjE1MDI4WjAiMRAwDgYDVQQKDAdFeGFtcGxlMQ4wDAYDVQQDDAVwcm94eTCBnzANBgkqhkiG
        9w0BAQEFAAOBjQAwgYkCgYEAslxAXpXHDMsFMVXmjKfYha7dM7Z7fiRN/E1QygIf5oG3K0t7xZk4NhFHVH+ic5CJtK9/sylMqycu
        yPouIJaTxfSyDFh7okpQvDzIbWIlInm6Vtr3tPRWJSmZnLx+ZfDV7Ju9F8EplTOHeND5stSHaee9ehF0Nb32i7rvyBxSzZECAwEA
        ATANBgkqhkiG9w0BAQUFAAOBgQAvDyzcP39IcEQjdNxP2qu3ErSOeEgsbIlC3U6osGfVil+suopqRXaPw/cAG9P6TiOOAv4rovCl
        MVj1z9jx8nJzEsHLrPthVw3AsigCt+B6DQTsn01Rt0jVGNcs8+cQWgg4E/uhYWG3aNbcuYC2GZIHxK4zXULDSqlcnVsQbj8CdQ==
        """
}
