#pragma once

// patch_under: a patch made under the leases of its write, which end when it has its outcome, whatever became of who
// asked. [any-thread]

#include "ports/documents.hpp"
#include "ports/leases.hpp"

#include <optional>

namespace tidegate::plugin {

class Engine;

// `fenced`: the patch has as many operations that are no tests as the claim has paths, and each carries its path's
// token. The outcome now, or later by `done`, which keeps the engine alive. kLocked and kFenced besides what
// Documents::patch() says.
std::optional<Result<PatchOutcome>> patch_under(Engine& engine, WriteClaim claim, bool fenced, Patch patch,
                                                Done<PatchOutcome> done);

}  // namespace tidegate::plugin
