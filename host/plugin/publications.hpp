#pragma once

// What a plugin wants published: checked against its manifest, and, for the publications of a patch, kept until the
// commit and published then. [any-thread]

#include "base/result.hpp"
#include "plugin/generation.hpp"
#include "routing/gateway.hpp"

#include <tidegate/abi/channel.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::plugin {

// TG_OK, or why this plugin may not publish it; then `why` says so.
tg_rc check_publication(Generation& generation, const tg_publication& publication, std::string_view& why);
// Views into the plugin's memory; the excluded sessions are copied to where the caller says. Checked before.
routing::Publication publication_of(const tg_publication& publication, std::string_view tenant,
                                    std::vector<SessionId>& excluded);

// The publications of one patch. Bounded by the patch (256), and in number of patches by the store's queue, which
// refuses what it cannot hold.
class CommitPublications {
public:
    CommitPublications(Slot& slot, std::string tenant) : slot_(slot), tenant_(std::move(tenant)) {}

    void add(const tg_publication& publication);
    bool empty() const { return all_.empty(); }
    // Does one of them give its author something else than everybody gets?
    bool tells_author() const { return tells_author_; }
    // In order, with `revision`. `author_waits`: nobody has told the author yet how his request ended, so this does.
    // What could not be published is counted. Does not throw.
    void publish(std::uint64_t revision, bool author_waits) const noexcept;

private:
    struct Kept {
        std::string channel, event, author_event, conflate_key;
        SessionId author;
        std::vector<SessionId> excluded;
        bool recorded;
        routing::Lane lane;
    };
    void publish_one(const Kept& kept, std::uint64_t revision, bool author_waits) const;

    Slot& slot_;
    const std::string tenant_;
    std::vector<Kept> all_;
    bool tells_author_ = false;
};

}  // namespace tidegate::plugin
