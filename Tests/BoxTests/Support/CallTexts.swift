import TestSupport

/// The box of the first example with secure SIP and media, and a call to a phone.
enum CallTexts {
    static let box =
        BoxText.network + """
            crypto ca trustpoint server
             enrollment self
            crypto ca enroll server
            ctl-file myctl
             record-entry cucm-tftp trustpoint server address 10.10.0.26
             no shutdown
            tls-proxy mytls
             server trust-point _internal_PP_myctl
            media-termination mymedia
             address 192.0.2.25 interface inside
             address 10.10.0.25 interface outside
            phone-proxy mypp
             media-termination mymedia
             tftp-server address 192.0.2.101 interface inside
             tls-proxy mytls
             ctl-file myctl
            class-map sec_sip
             match port tcp eq 5061
            policy-map pp_policy
             class sec_sip
              inspect sip phone-proxy mypp
            service-policy pp_policy interface outside

            """

    static let key = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"

    static let invite = SampleSIP.message(
        [
            "INVITE sip:1001@98.208.49.30:40001;transport=tcp SIP/2.0",
            "Via: SIP/2.0/TCP 192.0.2.101:5060;branch=z9hG4bK1",
            "From: <sip:2001@192.0.2.101>;tag=desk", "To: <sip:1001@192.0.2.101>", "Call-ID: call-1@192.0.2.101",
            "CSeq: 1 INVITE", "Max-Forwards: 70", "Contact: <sip:2001@192.0.2.101:5060;transport=tcp>",
            "Content-Type: application/sdp",
        ],
        body: SampleSIP.lines([
            "v=0", "o=- 1 1 IN IP4 192.0.2.16", "s=-", "c=IN IP4 192.0.2.16", "t=0 0", "m=audio 20000 RTP/AVP 0",
            "a=rtpmap:0 PCMU/8000",
        ]))

    static let answer = SampleSIP.message(
        [
            "SIP/2.0 200 OK", "Via: SIP/2.0/TLS 10.10.0.26:5061;branch=z9hG4bK1",
            "From: <sip:2001@10.10.0.26>;tag=desk", "To: <sip:1001@10.10.0.26>;tag=phone",
            "Call-ID: call-1@192.0.2.101", "CSeq: 1 INVITE", "Contact: <sip:1001@98.208.49.30:49152;transport=tls>",
            "Content-Type: application/sdp",
        ],
        body: SampleSIP.lines([
            "v=0", "o=- 1 1 IN IP4 98.208.49.30", "s=-", "c=IN IP4 98.208.49.30", "t=0 0",
            "m=audio 21000 RTP/SAVP 0", "a=rtpmap:0 PCMU/8000",
            "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\(key)",
        ]))
}
