// Notice: what a costly function says while it works: how far it is, and what it has cost.

import TLModels

/// A message to the person who waits.
public enum Notice: Sendable {
  case download(DonorProgress)
  /// `epoch 4/10`, the share that is done, and numbers to put behind it.
  case progress(label: String, share: Double, details: [String])
  /// A text that is being written, so far.
  case writing(String)
  /// The work that progress was shown of has ended.
  case done
  /// `ran 41.0 s (run 7f3a)` or `stored (run 7f3a)`.
  case cost(String)
  /// Something that did not go as asked, and what to do about it; on one line.
  case note(String)
}
