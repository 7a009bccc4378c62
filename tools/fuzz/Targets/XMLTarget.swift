import TestSupport
import Wire

/// The whole input is one XML document.
func xmlPromise(_ input: Span<UInt8>) -> String? {
    guard let document = try? XMLDocument.read(input.bytes(in: 0..<input.count)) else { return nil }
    let elements = document.elements
    guard let root = elements.first, root.next == elements.count else { return "the root does not hold all elements" }
    for (index, element) in elements.enumerated() {
        guard index < element.next, element.next <= elements.count else { return "an element that ends nowhere" }
        guard element.range.upperBound <= document.text.units.count,
            element.range.lowerBound < element.name.lowerBound, element.content.upperBound <= element.range.upperBound
        else { return "an element outside its text" }
        for child in document.children(of: index) where !isInside(elements[child], element) {
            return "a child outside its parent"
        }
        _ = try? document.value(of: index)
    }
    var editor = XMLEditor(document)
    editor.insert("added", "1", into: XMLDocument.root, order: [])
    guard let again = try? XMLDocument.read(ByteEdit.apply(editor.finished(), to: document.text.bytes)) else {
        return "an insertion broke the document"
    }
    return again.elements.count == elements.count + 1 ? nil : "an insertion changed what else there is"
}

private func isInside(_ child: XMLElement, _ parent: XMLElement) -> Bool {
    parent.content.lowerBound <= child.range.lowerBound && child.range.upperBound <= parent.content.upperBound
}

func xmlSeeds() -> [FuzzTarget.Seed] {
    let small = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE a SYSTEM "a.dtd"><?go on?>
        <a  x:y="1" z='&lt;'><b>1 &amp; &#x32;</b><!-- c --><d/><![CDATA[<e>]]></a>

        """
    return [
        .init(name: "small", bytes: Array(small.utf8)),
        .init(name: "utf-16", bytes: SamplePhoneFiles.utf16("<a><b> 1 </b>é</a>")),
        .init(name: "handmade", bytes: Array(SamplePhoneFiles.handmade.utf8)),
    ]
}
