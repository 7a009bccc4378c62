import ArgumentParser
import Wire

/// Who test equipment talks to, as a command line says it.
enum LabEndpoint {
    /// ADDRESS or ADDRESS:PORT of this machine or the lab.
    static func read(_ text: String, _ option: String, port: UInt16) throws -> Endpoint {
        let parts = text.split(separator: ":")
        guard let address = parts.first.flatMap({ IPAddress($0) }), address.isV4, parts.count <= 2,
            let port = parts.count == 2 ? UInt16(parts[1]) : port
        else { throw ValidationError("\(option) is an IPv4 address, with :PORT where it is not \(port)") }
        guard LabNetworks.contains(address) else {
            throw ValidationError("\(option): \(address) is neither this machine's loopback nor in the lab")
        }
        return Endpoint(address, port)
    }

    /// ADDRESS[:PORT],…
    static func list(_ text: String, _ option: String, port: UInt16) throws -> [Endpoint] {
        let endpoints = try text.split(separator: ",").map { try read(String($0), option, port: port) }
        guard !endpoints.isEmpty else { throw ValidationError("\(option) names nobody") }
        return endpoints
    }
}
