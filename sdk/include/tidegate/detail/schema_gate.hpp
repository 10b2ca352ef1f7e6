#pragma once

// The manifest that the build put into this shared object, and the check of a message against its schemas. Which of
// sdk/src/schema_validator.cpp and sdk/src/no_schemas.cpp implements the latter is decided by tidegate_add_plugin.
// [any-thread]

#include <tidegate/detail/host.hpp>

#include <memory>
#include <string>
#include <string_view>

extern "C" {
// Section .tidegate.manifest; not terminated.
extern const char tidegate_plugin_manifest[] TG_HIDDEN;
extern const size_t tidegate_plugin_manifest_size TG_HIDDEN;
}

namespace tg::detail {

class SchemaGate {
public:
    SchemaGate() = default;
    SchemaGate(const SchemaGate&) = delete;
    SchemaGate& operator=(const SchemaGate&) = delete;
    virtual ~SchemaGate() = default;

    // `name`: a message's type, or "POST /api/quotes" for a body. True when there is no such schema or the text
    // satisfies it; else `fields` is {"errors":[{"path","code","message"}, … at most 10]}.
    virtual bool check(std::string_view name, std::string_view json, std::string& fields) const = 0;
    virtual bool has(std::string_view name) const = 0;
};

// Null when the manifest holds no schemas. Throws std::runtime_error when one cannot be used. [control]
TG_HIDDEN std::unique_ptr<SchemaGate> make_schema_gate(std::string_view manifest);

}  // namespace tg::detail
