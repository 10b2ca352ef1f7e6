#include "world.hpp"

#include "wire/http_target.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace tidegate::kit {

namespace {

constexpr std::int64_t kLongestDrainMs = 7000;  // a drain, and what follows its cancelling

std::vector<std::pair<std::string, std::string>> query_pairs(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!query.empty()) {
        const auto part = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(part.size() + 1, query.size()));
        const auto equals = part.find('=');
        auto name = percent_decode(part.substr(0, equals), true);
        auto value =
            percent_decode(equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1), true);
        if (name && value && !name->empty()) pairs.emplace_back(*std::move(name), *std::move(value));
    }
    return pairs;
}

routing::HttpAnswer host_answer(int status, std::string_view code) {
    return {status, "application/json", nlohmann::json{{"code", code}, {"message", code}}.dump()};
}

void copy_whole(const std::filesystem::path& from, const std::filesystem::path& to) {
    const auto part = to.string() + ".part";
    std::filesystem::copy_file(from, part, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::rename(part, to);
}

}  // namespace

OwnFolder::OwnFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "tidegate-testing-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("make a folder '" + name + "'");
    path_ = name;
}

OwnFolder::~OwnFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string TokenBook::make(Principal principal) {
    auto token = "token-" + std::to_string(principals_.size() + 1);
    principals_.emplace(token, std::move(principal));
    return token;
}

Result<Principal> TokenBook::authenticate(std::string_view token) const {
    const auto found = principals_.find(token);
    if (found == principals_.end()) return fail(Errc::kForbidden, "a token that this host did not make");
    return found->second;
}

World::World(const WorldOptions& options) : clock(options.wall_ms), documents(clock), random_(options.seed) {
    board_settings_.node = "testing";
    commons_ = std::make_unique<routing::RoutingCommons>(options.loops, metrics, board_settings_);
    std::vector<routing::Switchboard*> boards;
    for (unsigned index = 0; index < options.loops; ++index) {
        auto& seat = *seats_.emplace_back(std::make_unique<Seat>(clock));
        seat.board =
            std::make_unique<routing::Switchboard>(index, seat.loop, clock, tokens, *commons_, board_settings_);
        boards.push_back(seat.board.get());
    }
    gateway_ = std::make_unique<routing::LoopGateway>(std::move(boards), *commons_);
    Documents& store = options.late_documents ? static_cast<Documents&>(late_documents) : documents;
    Streams& entries = options.late_documents ? static_cast<Streams&>(late_streams) : streams;
    engine_ = std::make_shared<plugin::Engine>(
        plugin::Services{*gateway_, store, watched_leases, presence, values, entries, metrics, clock});
    settings_.dir = folder_.path() / "plugins";
    settings_.run_dir = folder_.path() / "run";
    settings_.data_dir = folder_.path() / "data";
    settings_.auto_enable = true;
    for (const auto& made : {settings_.dir, settings_.data_dir}) std::filesystem::create_directories(made);
    publish_routes_ = [this](Ref<routing::RouteTable> routes) { publish(routes); };
    set_ = std::make_unique<plugin::PluginSet>(settings_, *engine_, book, publish_routes_);
    if (auto opened = set_->open(); !opened) throw std::runtime_error(opened.error().text);
}

World::~World() { stop(); }

void World::publish(const Ref<routing::RouteTable>& routes) {
    for (auto& seat : seats_) seat->loop.run([&] { seat->board->set_routes(routes); });
}

std::string World::bring_in(const std::filesystem::path& file, const std::string& config_json) {
    const auto id = file.stem().string();
    settings_.features[id].config_json = config_json;
    copy_whole(file, settings_.dir / file.filename());
    if (book.state_of(id) == "started") return reload(id, {});
    let_retire();
    const auto enabled = set_->enable(id);
    settle();
    return enabled ? std::string() : enabled.error().text;
}

std::string World::reload(const std::string& id, const std::filesystem::path& file) {
    if (!file.empty()) copy_whole(file, settings_.dir / (id + ".so"));
    let_retire();
    const auto reloaded = set_->reload(id);
    retiring_ = true;
    return reloaded ? std::string() : reloaded.error().text;
}

std::string World::disable(const std::string& id) {
    settle();
    let_retire();
    const auto disabled = set_->disable(id);
    return disabled ? std::string() : disabled.error().text;
}

// The plugin set waits for a generation on its way out, and here nothing runs while it waits.
void World::let_retire() {
    for (std::int64_t passed = 0; (retiring_ = set_->step()) && passed < kLongestDrainMs; passed += 20) {
        settle();
        if ((retiring_ = set_->step())) advance_ms(20);
    }
}

std::shared_ptr<ClientEnd> World::open(const std::string& target, std::shared_ptr<const Principal> principal) {
    auto end = std::make_shared<ClientEnd>();
    Seat& seat = *seats_[opened_++ % seats_.size()];
    const auto parsed = parse_target(target);
    routing::OpenRequest request;
    request.transport = end.get();
    request.path = parsed.target ? parsed.target->path : target;
    request.endpoint = seat.board->routes().match_endpoint(request.path);
    if (!request.endpoint.found) throw std::runtime_error("open '" + target + "': there is no endpoint at this path");
    if (parsed.target) request.query = query_pairs(parsed.target->query);
    request.principal = std::move(principal);
    request.address = "127.0.0.1";
    connections_.push_back({end, &seat});
    seat.loop.run([&] { end->attach(seat.board->open(std::move(request))); });
    return end;
}

void World::http(const std::string& method, const std::string& target, const Principal& principal,
                 const std::string& body, const std::string& idempotency_key,
                 std::function<void(routing::HttpAnswer)> answer) {
    const auto parsed = parse_target(target);
    if (!parsed.target) return answer(host_answer(400, "invalid"));
    const auto match = seats_[0]->board->routes().match_http(method, parsed.target->path);
    if (!match.plugin)
        return answer(match.method_mismatch ? host_answer(405, "method_not_allowed") : host_answer(404, "not_found"));
    if (!match.available) return answer(host_answer(503, "unavailable"));
    routing::Invocation invocation;
    invocation.kind = routing::InvocationKind::kHttp;
    invocation.key = match.key.empty() ? "request:" + std::to_string(++requests_) : match.key;
    invocation.buffer = Buffer::copy_of(body);
    invocation.payload = invocation.buffer->view();
    invocation.deadline_ms = match.route->deadline_ms;
    invocation.http = std::make_unique<routing::HttpCall>();
    auto& call = *invocation.http;
    call.method = method;
    call.route = match.route->path;
    call.path = parsed.target->path;
    call.idempotency_key = idempotency_key;
    call.params = match.params;
    call.query = query_pairs(parsed.target->query);
    call.tenant = principal.tenant;
    call.principal = std::make_shared<const Principal>(principal);
    call.answer = answer;
    switch (match.plugin->dispatch(std::move(invocation))) {
        case routing::Dispatched::kAccepted:
            return;
        case routing::Dispatched::kFull:
            return answer(host_answer(503, "busy"));
        case routing::Dispatched::kUnavailable:
            return answer(host_answer(503, "unavailable"));
    }
}

// Everything that could happen next has a number: strands, blocking work, the store, timers, each loop, each
// connection.
bool World::step() {
    constexpr std::size_t kOthers = 4;
    const std::size_t sources = kOthers + seats_.size() + connections_.size();
    const std::size_t first = random_() % sources;
    for (std::size_t i = 0; i < sources; ++i)
        if (try_source((first + i) % sources)) return true;
    std::erase_if(connections_, [](const Connection& connection) { return connection.end->is_gone(); });
    return false;
}

bool World::try_source(std::size_t source) {
    if (source == 0) return engine_->workers.pump_one();
    if (source == 1) return engine_->blocking.pump_one();
    if (source == 2) return step_stores();
    if (source == 3) return engine_->timers.pump_due();
    source -= 4;
    if (source < seats_.size()) {
        auto& loop = seats_[source]->loop;
        if (!loop.has_work()) return false;
        loop.turn();
        return true;
    }
    Connection& connection = connections_[source - seats_.size()];
    if (!connection.end->has_event()) return false;
    connection.seat->loop.run([&] { connection.end->deliver(); });
    return true;
}

bool World::step_stores() {
    auto& documents_owe = late_documents.answers;
    auto& streams_owe = late_streams.answers;
    if (!documents_owe.has_work() && !streams_owe.has_work()) return false;
    const bool both = documents_owe.has_work() && streams_owe.has_work();
    const bool of_streams = both ? random_() % 2 == 0 : streams_owe.has_work();
    (of_streams ? streams_owe : documents_owe).step(random_() % 2 == 0);
    return true;
}

void World::hold(bool held) {
    late_documents.answers.hold(held);
    late_streams.answers.hold(held);
}

void World::settle() {
    do {
        while (step()) continue;
        if (retiring_) retiring_ = set_->step();
    } while (step());
}

// Millisecond by millisecond, so that every timer runs at its own time; one without timers costs next to nothing.
void World::advance_ms(std::int64_t ms) {
    settle();
    for (; ms > 0; --ms) {
        clock.advance_ms(1);
        engine_->timers.pump();
        settle();
    }
}

std::int64_t World::hooks_in_flight() const {
    std::int64_t count = 0;
    for (const auto& plugin : nlohmann::json::parse(book.to_json()))
        for (const auto& generation : plugin["generations"]) count += generation["in_flight"].get<std::int64_t>();
    return count;
}

std::string World::stop() {
    if (std::exchange(stopped_, true)) return {};
    hold(false);
    for (Connection& connection : connections_) connection.end->drop();
    settle();
    for (std::int64_t passed = 0; hooks_in_flight() > 0 && passed < kLongestDrainMs; passed += 20) advance_ms(20);
    let_retire();
    set_->stop(0);
    std::string left;
    for (const auto& plugin : nlohmann::json::parse(book.to_json()))
        for (const auto& generation : plugin["generations"])
            if (generation["state"] == "zombie")
                left += "generation " + generation["generation"].dump() + " of " + plugin["id"].get<std::string>() +
                        " stays: " + generation["reason"].dump() + "; ";
    engine_->stop();
    settle();
    return left;
}

}  // namespace tidegate::kit
