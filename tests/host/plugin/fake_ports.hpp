#pragma once

// Fakes of the ports of documents, leases and presence, for the tests of host/plugin: they note what they are asked and
// answer what, and when, the test says. Only the
// cursors are for more than one thread.

#include "ports/documents.hpp"
#include "ports/leases.hpp"
#include "ports/presence.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tidegate::plugin::testing {

// Answers now or, when held, when the test says so. Its events and cursors are a restart's to keep.
class FakeDocuments final : public Documents {
public:
    Result<void> declare(DocumentType) override { return {}; }
    std::optional<Result<PatchOutcome>> patch(Patch patch, Done<PatchOutcome> done) override {
        asked_patch = patch;
        asked_patch.on_commit = nullptr;
        if (refusal) return Result<PatchOutcome>(*refusal);
        const auto commit = [this, on_commit = std::move(patch.on_commit)] {
            ++revision;
            if (on_commit) on_commit(revision);
            return PatchOutcome{revision, false};
        };
        if (!hold) return Result<PatchOutcome>(commit());
        held.push_back([commit, done = std::move(done)] { done(Result<PatchOutcome>(commit())); });
        return std::nullopt;
    }
    std::optional<Result<Document>> get(DocumentKey key, Done<Document> done) override {
        asked = key;
        Document document;
        document.revision = 7;
        document.data = R"({"kept":true})";
        if (!hold) return Result<Document>(document);
        held.push_back([done = std::move(done), document] { done(Result<Document>(document)); });
        return std::nullopt;
    }
    std::optional<Result<DocumentPart>> get_part(DocumentKey key, std::string path, Done<DocumentPart>) override {
        asked = std::move(key);
        asked_path = std::move(path);
        return Result<DocumentPart>(DocumentPart{7, "true"});
    }
    std::optional<Result<Page>> list(ListQuery, Done<Page>) override { return Result<Page>(Page{}); }
    std::optional<Result<std::vector<DocumentVersion>>> versions(DocumentKey, VersionQuery query,
                                                                 Done<std::vector<DocumentVersion>>) override {
        asked_versions = query;
        DocumentVersion version;
        version.revision = 3;
        version.actor = "ada";
        version.note = R"({"why":"so"})";
        version.ops = "[]";
        return Result<std::vector<DocumentVersion>>(std::vector<DocumentVersion>{version});
    }
    std::optional<Result<std::vector<StoredEvent>>> read_events(std::uint64_t after, std::uint32_t limit,
                                                                Done<std::vector<StoredEvent>> done) override {
        std::vector<StoredEvent> page;
        for (const auto& event : events)
            if (event.sequence > after && page.size() < limit) page.push_back(event);
        if (!hold_reads) return Result<std::vector<StoredEvent>>(std::move(page));
        held.push_back([done = std::move(done), page] { done(Result<std::vector<StoredEvent>>(page)); });
        return std::nullopt;
    }
    std::optional<Result<std::uint64_t>> append_event(LooseEvent event, Done<std::uint64_t> done) override {
        asked_event = event;
        if (refusal) return Result<std::uint64_t>(*refusal);
        append(event.event.name, event.event.data, event.about.tenant);
        const auto sequence = events.back().sequence;
        if (!hold) return Result<std::uint64_t>(sequence);
        held.push_back([done = std::move(done), sequence] { done(Result<std::uint64_t>(sequence)); });
        return std::nullopt;
    }
    void on_events(std::function<void()> wake) override { wake_ = std::move(wake); }
    Result<std::uint64_t> last_event() override { return events.empty() ? 0 : events.back().sequence; }
    Result<std::optional<std::uint64_t>> load_cursor(const std::string& reader) override {
        const std::lock_guard lock(cursors_mutex);
        const auto found = cursors.find(reader);
        return found == cursors.end() ? std::optional<std::uint64_t>() : std::optional(found->second);
    }
    std::optional<Result<void>> save_cursor(std::string reader, std::uint64_t sequence, Done<void>) override {
        const std::lock_guard lock(cursors_mutex);
        cursors[reader] = sequence;
        ++saves;
        return Result<void>();
    }
    std::uint64_t boot() const override { return 1; }

    // What a patch with this event would have left.
    void append(const std::string& name, const std::string& data, const std::string& tenant = "default") {
        StoredEvent event;
        event.sequence = events.empty() ? 1 : events.back().sequence + 1;
        event.key = {tenant, "thing", "t1"};
        event.revision = event.sequence;
        event.name = name;
        event.data = data;
        event.actor = "ada";
        event.at_ms = 5;
        events.push_back(std::move(event));
        if (wake_) wake_();
    }
    void answer_first() {
        const auto first = std::move(held.front());
        held.pop_front();
        first();
    }

    bool hold = false;
    bool hold_reads = false;
    std::optional<Error> refusal;
    std::uint64_t revision = 0;
    DocumentKey asked;
    std::string asked_path;
    Patch asked_patch;
    LooseEvent asked_event;
    VersionQuery asked_versions;
    std::deque<std::function<void()>> held;
    std::vector<StoredEvent> events;
    std::mutex cursors_mutex;  // a whole registry saves on a thread of its own
    std::map<std::string, std::uint64_t> cursors;
    int saves = 0;

private:
    std::function<void()> wake_;
};

class FakeLeases final : public Leases {
public:
    std::optional<Result<LeaseOutcome>> acquire(LeaseRequest request, LeaseDone<LeaseOutcome>) override {
        asked = request;
        if (refusal) return Result<LeaseOutcome>(*refusal);
        LeaseOutcome outcome;
        outcome.granted = true;
        outcome.token = ++last_token;
        for (const auto& path : request.paths) {
            Lease lease;
            lease.path = path;
            lease.holder = request.holder;
            lease.session = request.session;
            lease.owner = request.owner;
            lease.data = request.data;
            lease.token = last_token;
            lease.implicit = request.implicit;
            lease.ends_ms = 2000;
            lease.ttl_ms = request.ttl_ms;
            outcome.leases.push_back(lease);
            held.push_back({request.space, lease});
        }
        return Result<LeaseOutcome>(std::move(outcome));
    }
    std::optional<Result<WriteGrant>> begin_write(WriteClaim claim, LeaseDone<WriteGrant> done) override {
        asked_write = claim;
        WriteGrant grant;
        if (refusal) return Result<WriteGrant>(*refusal);
        LeaseRequest request;
        request.space = claim.space;
        request.paths = claim.paths;
        request.holder = claim.holder;
        request.implicit = true;
        grant.leased = acquire(std::move(request), {})->value().leases;
        grant.token = last_token;
        for (const auto& lease : grant.leased) grant.fences.push_back(lease.token);
        if (!hold) return Result<WriteGrant>(std::move(grant));
        held_writes.push_back([grant, done = std::move(done)] { done(grant); });
        return std::nullopt;
    }
    std::optional<Result<std::uint64_t>> renew(LeaseSpace, std::string, std::int64_t,
                                               LeaseDone<std::uint64_t>) override {
        return Result<std::uint64_t>(held.size());
    }
    std::optional<Result<std::vector<Lease>>> release(LeaseSpace space, LeaseMatch match,
                                                      LeaseDone<std::vector<Lease>>) override {
        asked_match = match;
        return Result<std::vector<Lease>>(take(space));
    }
    std::optional<Result<std::vector<Lease>>> list(LeaseSpace space, LeaseDone<std::vector<Lease>>) override {
        std::vector<Lease> found;
        for (const auto& [at, lease] : held)
            if (at.space == space.space && at.tenant == space.tenant) found.push_back(lease);
        return Result<std::vector<Lease>>(std::move(found));
    }
    void on_expired(std::function<void(ExpiredLeases)> tell) override { tell_ = std::move(tell); }
    // Whatever there is ends when the test said so.
    bool sweep() override {
        ++sweeps;
        if (!expire_all) return !held.empty();
        for (const auto& [space, lease] : std::exchange(held, {})) tell_({space, lease.owner, {lease}});
        return false;
    }

    std::optional<Error> refusal;
    bool hold = false;  // writes begin when the test says so
    std::deque<std::function<void()>> held_writes;
    LeaseRequest asked;
    WriteClaim asked_write;
    LeaseMatch asked_match;
    std::vector<std::pair<LeaseSpace, Lease>> held;
    std::uint64_t last_token = 0;
    bool expire_all = false;
    int sweeps = 0;

private:
    std::vector<Lease> take(const LeaseSpace& space) {
        std::vector<Lease> taken;
        std::erase_if(held, [&](const auto& one) {
            if (one.first.space != space.space || one.first.tenant != space.tenant) return false;
            taken.push_back(one.second);
            return true;
        });
        return taken;
    }
    std::function<void(ExpiredLeases)> tell_;
};

class FakePresence final : public Presence {
public:
    std::optional<Result<std::uint64_t>> join(PresenceEntry entry, PresenceDone<std::uint64_t>) override {
        asked = entry;
        present.push_back(entry);
        if (tell_) {
            PresenceChange change{entry.user, entry.info, true, {entry.session}};
            tell_({entry.channel, entry.owner, {change}});
        }
        return Result<std::uint64_t>(present.size());
    }
    std::optional<Result<std::uint64_t>> leave(PresenceChannel, std::uint64_t session,
                                               PresenceDone<std::uint64_t>) override {
        const auto found =
            std::find_if(present.begin(), present.end(), [&](const auto& entry) { return entry.session == session; });
        if (found == present.end()) return Result<std::uint64_t>(Error{Errc::kNotFound, "not there"});
        leaving.push_back(*found);
        present.erase(found);
        return Result<std::uint64_t>(present.size());
    }
    std::optional<Result<void>> update(PresenceChannel, std::uint64_t, std::string state, PresenceDone<void>) override {
        asked_state = std::move(state);
        return Result<void>();
    }
    std::optional<Result<PresenceList>> list(PresenceChannel, PresenceDone<PresenceList>) override {
        PresenceList found;
        for (const auto& entry : present) found.users.push_back({entry.user, entry.info, asked_state, 1});
        found.total = found.users.size();
        return Result<PresenceList>(std::move(found));
    }
    void on_changes(std::function<void(PresenceBatch)> tell) override { tell_ = std::move(tell); }
    // Who left is told of at the next sweep.
    bool sweep() override {
        for (const auto& entry : std::exchange(leaving, {}))
            tell_({entry.channel, entry.owner, {{entry.user, entry.info, false, {}}}});
        return false;
    }

    PresenceEntry asked;
    std::string asked_state;
    std::vector<PresenceEntry> present, leaving;

private:
    std::function<void(PresenceBatch)> tell_;
};

}  // namespace tidegate::plugin::testing
