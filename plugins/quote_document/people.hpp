// Who holds a lease, as its data says: {"name","role"}, and as clients are told: {"id","name","role"}.
// Thread rule: [any-thread], pure functions; who_of() as long as its principal lives.
#pragma once

#include <string>
#include <tidegate/principal.hpp>

namespace tg {
class Lease;
}

namespace tidegate::quote {

// At most 512 bytes of JSON, what a lease may carry: a longer name is left out.
std::string who_of(tg::Principal principal);

std::string holder_of(const tg::Lease& lease);

}  // namespace tidegate::quote
