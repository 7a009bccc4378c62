/// How much of `text` fits into `limit` bytes of UTF-8 without cutting a character in two.
func utf8Length(of text: Span<UInt8>, limit: Int) -> Int {
    guard text.count > limit else { return text.count }
    var length = limit
    // Continuation bytes are 10xxxxxx: step back to the start of the character that does not fit.
    while length > 0, text[length] & 0xc0 == 0x80 { length -= 1 }
    return length
}
