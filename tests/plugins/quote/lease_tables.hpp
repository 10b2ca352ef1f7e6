// LeaseTables: tg.lease/1 over real leases (the memory adapter), as a host for one plugin offers it.
// Not a scheduler: every answer comes through `answer`.
#pragma once

#include <tidegate/abi/all.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/memory/memory_leases.hpp"
#include "base/clock.hpp"
#include "ports/documents.hpp"

namespace tidegate::quote::testing {

class LeaseTables {
public:
    using Answer = std::function<tg_rc(std::string bytes, std::uint64_t number, tg_result* now, tg_done done)>;

    LeaseTables(const Clock& clock, Answer answer) : leases_(clock, 1), answer_(std::move(answer)) {}

    tg_rc list(tg_str space, tg_result* now, tg_done done) {
        return answer_(nlohmann::json{{"leases", all(list(text(space)))}}.dump(), 0, now, done);
    }

    // The patch under the leases that it asks for, if any; `leased` is called while they stand.
    std::optional<Result<PatchOutcome>> patch_under(const tg_patch_leases* raw, Patch patch, Documents& documents,
                                                    const std::function<void()>& leased) {
        if (!raw) return documents.patch(std::move(patch), {});
        WriteClaim claim;
        claim.space = {"default", text(raw->space)};
        for (std::uint32_t i = 0; i < raw->path_count; ++i) claim.paths.push_back(text(raw->paths[i]));
        claim.holder = text(raw->holder);
        claim.session = text(raw->session);
        claim.owner = "quote";
        claim.data = text(raw->data);
        claim.token = raw->token;
        claim.write_ttl_ms = static_cast<std::int64_t>(raw->write_ttl_ms);
        claim.lock_ttl_ms = static_cast<std::int64_t>(raw->lock_ttl_ms);
        const auto grant = *leases_.begin_write(claim, {});
        if (!grant) return grant.error();
        auto fence = grant->fences.begin();
        for (DocumentOp& op : patch.ops)
            if (raw->fenced && op.kind != OpKind::kTest) op.fence = *fence++;
        leased();
        auto outcome = documents.patch(std::move(patch), {});
        if (grant->token != 0) leases_.release(claim.space, {"", "", grant->token}, {});
        return outcome;
    }

    // --- for the test: another plugin's locks ---
    LeaseOutcome lock(const std::string& space, const std::string& path, const std::string& holder,
                      const std::string& session = "other") {
        LeaseRequest request;
        request.space = {"default", space};
        request.paths = {path};
        request.holder = holder;
        request.session = session;
        request.owner = "collaboration";
        request.data = nlohmann::json{{"name", "Name of " + holder}, {"role", "agent"}}.dump();
        request.ttl_ms = 15'000;
        return acquire(std::move(request));
    }
    void unlock(const std::string& space, const std::string& holder) {
        leases_.release({"default", space}, {"", holder, 0}, {});
    }
    std::vector<Lease> list(const std::string& space) { return **leases_.list({"default", space}, {}); }

private:
    static std::string text(tg_str of) { return of.ptr ? std::string(of.ptr, of.len) : std::string(); }
    static nlohmann::json all(const std::vector<Lease>& leases) {
        nlohmann::json out = nlohmann::json::array();
        for (const Lease& lease : leases) {
            out.push_back({{"path", lease.path},
                           {"holder", lease.holder},
                           {"session", lease.session},
                           {"token", lease.token},
                           {"implicit", lease.implicit},
                           {"expires_ms", lease.ends_ms},
                           {"ttl_ms", lease.ttl_ms}});
            if (!lease.data.empty()) out.back()["data"] = nlohmann::json::parse(lease.data);
        }
        return out;
    }
    LeaseOutcome acquire(LeaseRequest request) { return **leases_.acquire(std::move(request), {}); }

    MemoryLeases leases_;
    Answer answer_;
};

}  // namespace tidegate::quote::testing
