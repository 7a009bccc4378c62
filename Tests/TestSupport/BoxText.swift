/// The box of the first example as commands, for tests and benchmarks that read a configuration.
public enum BoxText {
    /// `outside` on eth0 and `inside` on eth1; the server inside, 192.0.2.101, is seen as 10.10.0.26.
    public static let network = """
        interface eth0
         nameif outside
         security-level 0
         ip address 10.10.0.24 255.255.255.0
        interface eth1
         nameif inside
         security-level 100
         ip address 192.0.2.24 255.255.255.0
        object network ucm
         host 192.0.2.101
         nat (inside,outside) static 10.10.0.26

        """

    /// TFTP on its port, everywhere.
    public static let inspection = """
        class-map inspection_default
         match default-inspection-traffic
        policy-map global_policy
         class inspection_default
          inspect tftp
        service-policy global_policy global

        """
}
