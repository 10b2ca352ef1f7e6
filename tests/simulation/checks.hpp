#pragma once

// What must hold of a run, over plain observations, so that each check can be shown a fault. Every problem is a
// sentence. Pure. [any-thread]

#include "tests/simulation/journal.hpp"

#include <tidegate/testing/host.hpp>

#include <set>
#include <string>
#include <vector>

namespace tidegate::simulation {

using Problems = std::vector<std::string>;

// A replica equals the document.
void check_replica(const std::string& whose, const QuoteReplica& replica, const Json& quote_data, Problems& problems);
// Each version's `from` is what stood there, and all together make the document.
void check_chain(const std::vector<tg::testing::Version>& versions, const Json& document, Problems& problems);
// An acknowledged edit is in the versions once, as it was asked for; a refused one is not.
void check_edits(const Journal& journal, const std::string& quote, const std::vector<tg::testing::Version>& versions,
                 Problems& problems);
// As many answers as sends; at most as many where the connection ended.
void check_answers(const Journal& journal, Problems& problems);
// Explicit leases of different holders exclude each other.
void check_leases(const std::vector<tg::testing::Lease>& leases, std::int64_t at_ms, Problems& problems);
// Tokens only rise. `newest`: of all before.
void check_tokens(const std::vector<tg::testing::LeaseAct>& acts, std::uint64_t& newest, Problems& problems);
void check_users(const std::string& whose, const std::set<std::string>& seen, const std::set<std::string>& there,
                 Problems& problems);

}  // namespace tidegate::simulation
