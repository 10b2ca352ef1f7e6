// What embed_manifest.py generates for a real plugin, for adapters made inside a test binary.

#include <cstddef>

extern "C" {
extern const char tidegate_plugin_manifest[];
extern const size_t tidegate_plugin_manifest_size;
const char tidegate_plugin_manifest[] = R"({"manifest":1,"id":"test","version":"0.1.0","abi":"0.1","schemas":{
  "t:update":{"type":"object","required":["name","n"],"properties":{
      "name":{"type":"string","pattern":"^[a-z]+$"},"n":{"type":"integer","minimum":1},
      "items":{"type":"array","items":{"type":"object","required":["id"],"properties":{"id":{"type":"string"}}}},
      "kind":{"enum":["a","b"]}},"additionalProperties":true},
  "t:flags":{"type":"object","additionalProperties":{"type":"boolean"}},
  "POST /api/things":{"type":"object","required":["thing"]}}})";
const size_t tidegate_plugin_manifest_size = sizeof(tidegate_plugin_manifest) - 1;
}
