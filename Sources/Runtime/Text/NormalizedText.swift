// Unicode normalization of whole texts (Unicode Standard Annex 15).

extension String {
  /// The text in a normalization form: `NFC`, `NFD`, `NFKC` or `NFKD`; nil for another name.
  public func normalized(form name: String) -> String? {
    guard let form = UnicodeForm(rawValue: name) else { return nil }
    var text = AlignedText()
    text.bytes = Array(utf8)
    var scratch = AlignedText()
    form.apply(to: &text, scratch: &scratch)
    return String(decoding: text.bytes, as: UTF8.self)
  }
}
