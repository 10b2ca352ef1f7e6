#include "plugin/leased_patch.hpp"

#include "base/assert.hpp"
#include "base/log.hpp"
#include "plugin/engine.hpp"

#include <memory>
#include <string>
#include <utility>

namespace tidegate::plugin {

namespace {

class LeasedPatch : public std::enable_shared_from_this<LeasedPatch> {
public:
    LeasedPatch(Engine& engine, const WriteClaim& claim, bool fenced, Patch patch, Done<PatchOutcome> done)
        : engine_(engine), space_(claim.space), fenced_(fenced), patch_(std::move(patch)), done_(std::move(done)) {}

    std::optional<Result<PatchOutcome>> begin(WriteClaim claim) {
        auto now = engine_.services.leases.begin_write(std::move(claim),
                                                       [self = shared_from_this()](Result<WriteGrant> grant) {
                                                           if (auto outcome = self->granted(std::move(grant)))
                                                               self->done_(std::move(*outcome));
                                                       });
        if (!now) return std::nullopt;
        return granted(std::move(*now));
    }

private:
    std::optional<Result<PatchOutcome>> granted(Result<WriteGrant> grant) {
        if (!grant) return grant.error();
        token_ = grant->token;
        if (fenced_) carry(grant->fences);
        auto now = engine_.services.documents.patch(std::move(patch_),
                                                    [self = shared_from_this()](Result<PatchOutcome> outcome) {
                                                        self->release();
                                                        self->done_(std::move(outcome));
                                                    });
        if (now)
            release();
        else if (token_ != 0)
            engine_.notices.sweep_soon();
        return now;
    }
    void carry(const std::vector<std::uint64_t>& fences) {
        auto fence = fences.begin();
        for (auto& op : patch_.ops) {
            if (op.kind == OpKind::kTest) continue;
            TG_ASSERT(fence != fences.end(), "a path per operation");
            op.fence = *fence++;
        }
    }
    void release() {
        if (token_ == 0) return;
        LeaseMatch match;
        match.token = token_;
        const auto said = [space = space_.space](const Result<std::vector<Lease>>& released) {
            if (!released) spdlog::warn("release the leases of a write in '{}': {}", space, released.error().text);
        };
        const auto now = engine_.services.leases.release(space_, std::move(match), said);
        if (now) said(*now);
    }

    Engine& engine_;
    const LeaseSpace space_;
    const bool fenced_;
    Patch patch_;
    const Done<PatchOutcome> done_;
    std::uint64_t token_ = 0;
};

}  // namespace

std::optional<Result<PatchOutcome>> patch_under(Engine& engine, WriteClaim claim, bool fenced, Patch patch,
                                                Done<PatchOutcome> done) {
    auto write = std::make_shared<LeasedPatch>(engine, claim, fenced, std::move(patch), std::move(done));
    return write->begin(std::move(claim));
}

}  // namespace tidegate::plugin
