// For plugins without a schema folder: nothing is checked, and no JSON library is compiled in.

#include <tidegate/detail/schema_gate.hpp>

namespace tg::detail {

std::unique_ptr<SchemaGate> make_schema_gate(std::string_view) { return nullptr; }

}  // namespace tg::detail
