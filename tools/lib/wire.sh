# shellcheck shell=bash
# What passes on the lab's wires, recorded beside the box and read by tshark.

# The two sides of the box, as its neighbours see them: HOST DEVICE.
WIRE_OUTSIDE=(pp-net box)
WIRE_INSIDE=(pp-lan box)

# wire_start: records both sides until wire_stop.
wire_start() {
    start_service wire-outside "${WIRE_OUTSIDE[0]}" dumpcap -q -i "${WIRE_OUTSIDE[1]}" -w "$LAB_DIR/out/outside.pcapng"
    start_service wire-inside "${WIRE_INSIDE[0]}" dumpcap -q -i "${WIRE_INSIDE[1]}" -w "$LAB_DIR/out/inside.pcapng"
    wait_until 5 test -s "$LAB_DIR/out/outside.pcapng" && wait_until 5 test -s "$LAB_DIR/out/inside.pcapng"
}

# wire_stop: what is on its way into the files gets there.
wire_stop() {
    sleep 1
    end_service wire-outside
    end_service wire-inside
}

# wire_has SIDE FILTER: a packet on the side (outside, inside) matches Wireshark's display filter; prints some.
wire_has() {
    local packets
    # All of it is read: a reader that has enough would end tshark with an error.
    packets=$(tshark -n -r "$LAB_DIR/out/$1.pcapng" -Y "$2" 2>/dev/null | sed -n 1,5p) && [[ -n $packets ]] &&
        printf '%s\n' "$packets"
}
