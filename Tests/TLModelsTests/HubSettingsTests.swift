import TLModels
import TLTestSupport
import Testing

@Suite struct HubSettingsFromEnvironment {
  @Test func theDefaultsAreThoseOfTheReferenceLibrary() {
    let settings = HubSettings(environment: ["HOME": "/home/u"])
    #expect(settings.endpoint == HubSettings.officialEndpoint)
    #expect(settings.cache == "/home/u/.cache/huggingface/hub")
    #expect(!settings.isOffline)
  }

  @Test func variablesWinInTheOrderOfTheReferenceLibrary() {
    var environment = ["HOME": "/home/u", "XDG_CACHE_HOME": "/x"]
    #expect(HubSettings(environment: environment).cache == "/x/huggingface/hub")
    environment["HF_HOME"] = "~/hf"
    #expect(HubSettings(environment: environment).cache == "/home/u/hf/hub")
    environment["HF_HUB_CACHE"] = "/cache"
    #expect(HubSettings(environment: environment).cache == "/cache")
    environment["HF_ENDPOINT"] = "http://mirror/"
    environment["HF_HUB_OFFLINE"] = "YES"
    let settings = HubSettings(environment: environment)
    #expect(settings.endpoint == "http://mirror")
    #expect(settings.isOffline)
  }

  @Test func theTokenComesFromTheVariableOrTheFile() {
    let scratch = TemporaryFolder()
    _ = scratch.file("token", "hf_file\n")
    var environment = ["HOME": "/nowhere", "HF_HOME": scratch.path]
    #expect(HubSettings(environment: environment).token == "hf_file")
    environment["HF_TOKEN"] = "hf_variable"
    #expect(HubSettings(environment: environment).token == "hf_variable")
    #expect(HubSettings(environment: ["HOME": "/nowhere"]).token == nil)
  }
}
