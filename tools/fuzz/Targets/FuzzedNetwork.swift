/// Two interfaces, and a server with one-to-one NAT between them: what the configurations of several targets begin with.
let fuzzedNetwork = """
    interface eth0
     nameif outside
     security-level 0
     ip address 203.0.113.1 255.255.255.0
    interface eth1
     nameif inside
     security-level 100
     ip address 192.0.2.1 255.255.255.0
    object network server
     host 192.0.2.101
     nat (inside,outside) static 203.0.113.26

    """
