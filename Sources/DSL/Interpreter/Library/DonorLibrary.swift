// Donors: finding and loading pretrained models, looking at what they read and expect.

import TLModels
import TLSyntax
import TLText
import TLTransfer

enum DonorLibrary {
  static let functions: [LibraryFunction] = [model, donors, tokenize, fillMask]

  static let donor0 = ParameterDeclaration("donor", .model, "a model from `model`")

  static let model = LibraryFunction(
    "model", .donors, "a pretrained model, from a folder, the cache or the hub",
    [
      ParameterDeclaration(
        "name", .text, "the path of a folder with config.json, or a name like \"org/model\"",
        role: .donor),
      ParameterDeclaration(
        "revision", .text, "a branch, tag or commit on the hub", default: .text("main")),
    ],
    result: .model,
    examples: [.init("donor.family", "bert"), .init("donor.layers", "3")],
    details: "A folder is taken as it is. A name is looked for in the Hugging Face cache, then "
      + "fetched from the hub (HF_ENDPOINT, HF_HOME and HF_HUB_OFFLINE are respected). Read are "
      + "BERT, RoBERTa, XLM-RoBERTa and DeBERTa-v2/v3, and the encoder-decoders T5, mT5, BART, mBART "
      + "and Marian, with their tokenizers, from safetensors or "
      + "PyTorch files; no code of a checkpoint is ever run. Weights are loaded when they are first "
      + "needed; `unread_weights` names those of the checkpoint that nothing reads, such as layers "
      + "beyond those of config.json."
  ) { call in
    let name = try call.text(0)
    let isCancelled = call.isCancelled
    let directory: String
    do {
      directory = try DonorLocator().locate(name, revision: try call.text(1)) { progress in
        call.machine.notify(.download(progress))
        return !isCancelled()
      }
    } catch let error as HubError where isCancelled() {
      _ = error
      throw Interruption(isStepLimit: false)
    }
    return .object(ModelObject(try Donor(name: name, directory: directory)))
  }

  static let donors = LibraryFunction(
    "donors", .donors, "the names of the models in the cache, usable without the network", [],
    result: .list(of: .text),
    examples: [.init("donors() |> filter(name => name == \"no/such\")", "[]")]
  ) { _ in .texts(DonorLocator().cachedNames()) }

  static let tokenize = LibraryFunction(
    "tokenize", .donors, "the tokens of a text as a model reads it",
    [
      ParameterDeclaration(
        "donor", [.model, .tokenizer], "a model, or a tokenizer from `train_tokenizer`"),
      ParameterDeclaration("text", [.text, .list], "a text, or a list of texts", of: .text),
      ParameterDeclaration("pair", .text, "a second text", default: .none),
      ParameterDeclaration(
        "max_length", .integer, "cuts what is longer, in tokens with the special ones",
        default: .none, in: 2...1_000_000),
    ],
    result: [.record, .list],
    inferred: { kinds in
      let record = Kind(
        .record,
        Kind.Detail(fields: [
          Kind.Field("tokens", .list(of: .text)), Kind.Field("ids", .list(of: .integer)),
          Kind.Field("offsets", .list), Kind.Field("words", .list),
        ]))
      return kinds[1].set == .text ? record : kinds[1].set == .list ? .list(of: record) : .any
    },
    examples: [
      .init("tokenize(donor, \"Привет, мир!\").tokens |> length", "11"),
      .init("let t = tokenize(donor, \"дом\")\nt.tokens[0]", "[CLS]"),
    ],
    details: "Gives a record: `tokens`, `ids`, `offsets` (the characters of the text that a token "
      + "stands for, from and up to; in Unicode code points), and `words` (which word a token "
      + "belongs to, none for special tokens). For a list of texts, a list of records."
  ) { call in
    let tokenizer = try call.tokenizer(0)
    let limit = call.isNone(3) ? nil : try call.integer(3)
    let options = EncodeOptions(truncation: limit.map { Truncation(maxLength: $0) })
    let pair = call.isNone(2) ? nil : try call.text(2)
    func record(_ encoding: Encoding) -> Value {
      call.record([
        ("tokens", .texts(tokenizer.tokens(encoding.ids))),
        ("ids", .list(ContiguousArray(encoding.ids.map { .integer(Int($0)) }))),
        (
          "offsets",
          .list(
            ContiguousArray(
              encoding.offsets.map {
                .list([.integer(Int($0.start)), .integer(Int($0.end))])
              }))
        ),
        (
          "words",
          .list(ContiguousArray(encoding.wordIDs.map { $0 < 0 ? .none : .integer(Int($0)) }))
        ),
      ])
    }
    if let text = call[1].asText {
      return record(try tokenizer.encode(text.string, pair: pair, options: options))
    }
    guard pair == nil else {
      throw call.bad(2, "`pair` goes with one text, not with a list")
    }
    return .list(
      ContiguousArray(
        try tokenizer.encodeBatch(call.texts(1), options: options).map(record)))
  }

  static let fillMask = LibraryFunction(
    "fill_mask", .donors, "what a model expects in place of the mask in a text",
    [
      donor0,
      ParameterDeclaration("text", .text, "a text with the model's mask token, see `donor.mask`"),
      ParameterDeclaration(
        "n", .integer, "how many tokens to give", default: .integer(5), in: 1...1000),
    ],
    result: .table,
    examples: [
      .init(
        "fill_mask(donor, \"Столица — {donor.mask}.\", n: 2) |> columns",
        "[\"token\", \"probability\"]")
    ]
  ) { call in
    let found = try call.model(0).fillMask(call.text(1), count: call.integer(2))
    return call.table(
      try Table([
        ("token", found.map { DataValue.text($0.token) }),
        ("probability", found.map { .number($0.probability) }),
      ]))
  }
}
