#include <tidegate/testing/host.hpp>

#include "base/log.hpp"
#include "connection.hpp"
#include "world.hpp"

#include <stdexcept>
#include <utility>

namespace tg::testing {

namespace {

using tidegate::kit::World;

tidegate::Principal principal_of(const User& user) {
    tidegate::Principal principal;
    principal.sub = user.sub;
    principal.name = user.name;
    principal.role = user.role;
    principal.tenant = user.tenant;
    principal.permissions = user.permissions;
    return principal;
}

tidegate::kit::WorldOptions world_options(const Options& options) {
    tidegate::configure_log(options.verbose ? "debug" : "off");
    return {options.seed, options.late_documents, options.loops, options.wall_ms};
}

Json parsed(const std::string& text) { return text.empty() ? Json() : Json::parse(text, nullptr, false); }

Lease shown(const tidegate::Lease& lease) {
    return {lease.path, lease.holder, lease.session, lease.token, lease.implicit, lease.ttl_ms, parsed(lease.data)};
}

}  // namespace

struct Host::Parts {
    explicit Parts(const Options& options) : world(world_options(options)) {}
    World world;
};

Host::Host(Options options) : parts_(std::make_unique<Parts>(options)) {}
Host::~Host() = default;

std::string Host::try_load(const std::string& file, const std::string& config_json) {
    return parts_->world.bring_in(file, config_json);
}

std::string Host::try_reload(const std::string& id, const std::string& file) { return parts_->world.reload(id, file); }

void Host::load(const std::string& file, const std::string& config_json) {
    if (const auto why = try_load(file, config_json); !why.empty()) throw std::runtime_error(why);
}

void Host::reload(const std::string& id, const std::string& file) {
    if (const auto why = try_reload(id, file); !why.empty()) throw std::runtime_error(why);
}

void Host::disable(const std::string& id) {
    if (const auto why = parts_->world.disable(id); !why.empty()) throw std::runtime_error(why);
}

Client Host::begin_connect(const User& user, const std::string& path) {
    auto end = parts_->world.open(path, std::make_shared<const tidegate::Principal>(principal_of(user)));
    return Client(std::make_shared<Client::Connection>(Client::Connection{&parts_->world, std::move(end), user, {}}));
}

Client Host::connect(const User& user, const std::string& path) {
    Client client = begin_connect(user, path);
    pump();
    return client;
}

Client Host::join(const std::string& channel, const User& user) {
    Client client = connect(user, "/ws");
    client.push(Json{{"type", "channel:subscribe"}, {"channel", channel}});
    return client;
}

Client Host::join(const std::string& channel) {
    return join(channel, {"00000000-0000-4000-8000-0000000000ff", "Watcher", "admin", {"*"}});
}

std::string Host::token(const User& user) { return parts_->world.tokens.make(principal_of(user)); }

HttpReply Host::http(const std::string& method, const std::string& target, const User& user, const std::string& body,
                     const std::string& idempotency_key) {
    auto reply = std::make_shared<HttpReply>();
    parts_->world.http(method, target, principal_of(user), body, idempotency_key,
                       [reply](tidegate::routing::HttpAnswer answer) {
                           reply->status = answer.status;
                           reply->body = std::move(answer.body);
                           reply->json = parsed(reply->body);
                           if (reply->json.is_discarded()) reply->json = nullptr;
                       });
    pump();
    return *reply;
}

void Host::pump() { parts_->world.settle(); }
bool Host::pump_one() { return parts_->world.step(); }
void Host::advance_ms(std::int64_t ms) { parts_->world.advance_ms(ms); }
std::int64_t Host::wall_ms() const { return parts_->world.clock.wall_ms(); }
std::int64_t Host::elapsed_ms() const { return parts_->world.clock.monotonic_ms(); }

void Host::hold_documents() { parts_->world.hold(true); }
void Host::release_documents() { parts_->world.hold(false); }
std::size_t Host::waiting_documents() const { return parts_->world.waiting(); }

std::uint64_t Host::emit(const std::string& name, const Json& data, const std::string& doc_type,
                         const std::string& doc_id, const std::string& actor, const std::string& tenant) {
    tidegate::LooseEvent event;
    event.about = {tenant, doc_type, doc_id};
    event.event = {name, data.dump()};
    event.actor = actor;
    event.source = "test";
    const auto sequence = *parts_->world.documents.append_event(std::move(event), nullptr);
    if (!sequence) throw std::runtime_error(sequence.error().text);
    pump();
    return *sequence;
}

std::vector<StreamEntry> Host::stream(const std::string& plugin, const std::string& stream, const std::string& tenant) {
    std::vector<StreamEntry> all;
    for (std::uint64_t after = 0;;) {
        const auto page = *parts_->world.streams.read({tenant, plugin, stream}, after, 1000, nullptr);
        if (!page || page->empty()) return all;
        for (const auto& entry : *page) all.push_back({entry.position, entry.at_ms, parsed(entry.data)});
        after = all.back().position;
    }
}

std::optional<Document> Host::document(const std::string& type, const std::string& id, const std::string& tenant) {
    const auto found = *parts_->world.documents.get({tenant, type, id}, nullptr);
    if (!found) return std::nullopt;
    return Document{found->revision, Json::parse(found->data), found->updated_by};
}

std::vector<Version> Host::versions(const std::string& type, const std::string& id, const std::string& tenant) {
    std::vector<Version> all;
    tidegate::VersionQuery query;
    for (;;) {
        const auto page = *parts_->world.documents.versions({tenant, type, id}, query, nullptr);
        if (!page || page->empty()) return all;
        for (const auto& version : *page)
            all.push_back(
                {version.revision, version.actor, version.at_ms, parsed(version.note), Json::parse(version.ops)});
        query.after = all.back().revision;
    }
}

std::vector<DomainEvent> Host::events() {
    std::vector<DomainEvent> all;
    for (std::uint64_t after = 0;;) {
        const auto page = *parts_->world.documents.read_events(after, 1000, nullptr);
        if (!page || page->empty()) return all;
        for (const auto& event : *page)
            all.push_back({event.sequence, event.name, parsed(event.data), event.actor, event.key.type, event.key.id,
                           event.revision, event.at_ms});
        after = all.back().sequence;
    }
}

std::vector<Lease> Host::leases(const std::string& space, const std::string& tenant) {
    std::vector<Lease> all;
    const auto found = *parts_->world.leases.list({tenant, space}, nullptr);
    if (found)
        for (const auto& lease : *found) all.push_back(shown(lease));
    return all;
}

std::vector<LeaseAct> Host::take_lease_acts() {
    std::vector<LeaseAct> all;
    for (const auto& act : parts_->world.watched_leases.take_acts())
        all.push_back({act.at_ms, act.act, act.space.space, shown(act.lease)});
    return all;
}

std::vector<PresentUser> Host::presence(const std::string& channel, const std::string& tenant) {
    std::vector<PresentUser> all;
    const auto found = *parts_->world.presence.list({tenant, channel}, nullptr);
    if (found)
        for (const auto& user : found->users)
            all.push_back({user.user, parsed(user.info), parsed(user.state), user.connections});
    return all;
}

Json Host::plugins() const { return Json::parse(parts_->world.book.to_json()); }
std::uint64_t Host::counter(const std::string& name) const { return parts_->world.metrics.count(name); }
std::string Host::stop() { return parts_->world.stop(); }

}  // namespace tg::testing
