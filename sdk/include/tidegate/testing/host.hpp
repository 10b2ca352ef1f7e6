#pragma once

// The testing kit: real plugins (.so files) in the host's own layers (load and check, routes, sessions, channels,
// strands, timers, documents, reload) without a socket, a thread or real time. Nothing happens until a test pushes,
// pumps or advances the clock, and the same seed gives the same run. One thread. Not for what only the process does:
// HTTP parsing, TLS, tokens, configuration files.

#include <concepts>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tg::testing {

using Json = nlohmann::json;

struct Options {
    std::uint64_t seed = 1;       // chooses what runs next where several things could
    bool late_documents = false;  // the stores (documents, streams) answer by completion, as on disk; else inline
    unsigned loops = 1;
    std::int64_t wall_ms = 1'700'000'000'000;
    bool verbose = false;  // the host's log on stderr; else errors only
};

struct User {
    std::string sub;  // a UUID
    std::string name;
    std::string role;
    std::vector<std::string> permissions;
    std::string tenant = "default";
};

struct HttpReply {
    int status = 0;
    Json json;  // null when the body is not JSON
    std::string body;
};

struct DomainEvent {
    std::uint64_t sequence = 0;
    std::string name;
    Json data;
    std::string actor, doc_type, doc_id;
    std::uint64_t revision = 0;
    std::int64_t at_ms = 0;
};

struct StreamEntry {
    std::uint64_t position = 0;
    std::int64_t at_ms = 0;
    Json data;
};

struct Document {
    std::uint64_t revision = 0;
    Json data;
    std::string updated_by;
};

struct Version {
    std::uint64_t revision = 0;
    std::string actor;
    std::int64_t at_ms = 0;
    Json note;  // null when there is none
    Json ops;   // [{"op","path","value","from"?}]
};

struct Lease {
    std::string path, holder, session;
    std::uint64_t token = 0;
    bool implicit = false;
    std::int64_t ttl_ms = 0;  // what remains
    Json data;
};

// What became of a lease, and when, since the start.
struct LeaseAct {
    std::int64_t at_ms = 0;
    std::string act;  // granted evicted released expired
    std::string space;
    Lease lease;
};

struct PresentUser {
    std::string user;
    Json info, state;
    std::uint64_t connections = 0;  // 0: gone, in his grace
};

// One connection, seen from the client. Copies are the same connection. Not valid after its host.
class Client {
public:
    struct Connection;
    explicit Client(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}

    // Sends and pumps until nothing is left to do.
    void push(const Json& message) { push_text(message.dump()); }
    template <std::convertible_to<std::string_view> Text>
    void push(const Text& text) {
        push_text(text);
    }
    // Sends only: it arrives when the host is pumped.
    void send(const Json& message) { send_text(message.dump()); }
    template <std::convertible_to<std::string_view> Text>
    void send(const Text& text) {
        send_text(text);
    }

    // What came since the start or the last take(), in order.
    const std::vector<Json>& received() const;
    std::vector<Json> received(std::string_view type) const;
    // The newest of a type; null when there is none.
    Json last(std::string_view type) const;
    // The final answer to the message with this id: the last that refers to it; null when there is none.
    Json reply(const Json& id) const;
    std::vector<Json> take();

    // While it does not read, nothing arrives; the host keeps what it owes it, within its limits.
    void stop_reading();
    void read_on();
    // While it is silent not even pings are answered.
    void be_silent();

    void drop();   // the socket is gone, without a word; pumps
    void close();  // a proper close; pumps
    bool is_open() const;
    int closed_with() const;  // the code it was closed with, 1006 after drop(); 0 while it is open
    const std::string& close_reason() const;

    const std::string& client_id() const;  // "" until connection:established came
    const User& user() const;

private:
    void push_text(std::string_view text);
    void send_text(std::string_view text);

    std::shared_ptr<Connection> connection_;
};

class Host {
public:
    explicit Host(Options options = {});
    ~Host();
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;

    // Loads and starts a plugin; its file is <id>.so. Throws std::runtime_error with the reason of a refusal.
    void load(const std::string& file, const std::string& config_json = "{}");
    // Another generation of it follows, key by key, while hooks of the old one may be in flight. From `file`, or from
    // the same bytes again. Throws with the reason of a refusal: the old one serves on.
    void reload(const std::string& id, const std::string& file = {});
    // The same, saying the reason; "" when it was done.
    std::string try_load(const std::string& file, const std::string& config_json = "{}");
    std::string try_reload(const std::string& id, const std::string& file = {});
    // Stops serving: its routes answer `unavailable`. load() brings it back.
    void disable(const std::string& id);

    // Opens a connection and pumps; whether it was accepted is the client's to say.
    Client connect(const User& user, const std::string& path);
    // Opens without pumping.
    Client begin_connect(const User& user, const std::string& path);
    // A connection to /ws that has subscribed to the channel.
    Client join(const std::string& channel);
    Client join(const std::string& channel, const User& user);
    // A token that connection:refresh takes.
    std::string token(const User& user);

    // Asks and pumps until it is answered; status 0 when that never comes by itself (held documents, timers).
    HttpReply http(const std::string& method, const std::string& target, const User& user, const std::string& body = {},
                   const std::string& idempotency_key = {});

    // Until nothing is left to do at this moment.
    void pump();
    // One turn of a strand or a loop, one completion, one arrival; false when there is nothing to do.
    bool pump_one();
    // Time passes: timers run at their times, each followed by pump().
    void advance_ms(std::int64_t ms);
    std::int64_t wall_ms() const;
    std::int64_t elapsed_ms() const;

    // With late_documents: while held, the stores neither commit nor answer. How much waits in them.
    void hold_documents();
    void release_documents();
    std::size_t waiting_documents() const;

    // A domain event as another plugin would emit it, with its sequence; pumps. Throws with the reason of a refusal.
    std::uint64_t emit(const std::string& name, const Json& data, const std::string& doc_type = {},
                       const std::string& doc_id = {}, const std::string& actor = {},
                       const std::string& tenant = "default");

    // What the store has, whatever it still owes the plugins.
    std::optional<Document> document(const std::string& type, const std::string& id,
                                     const std::string& tenant = "default");
    std::vector<Version> versions(const std::string& type, const std::string& id,
                                  const std::string& tenant = "default");
    std::vector<DomainEvent> events();
    std::vector<StreamEntry> stream(const std::string& plugin, const std::string& stream,
                                    const std::string& tenant = "default");
    // Leases and presence as they stand; the acts since the start or the last take_lease_acts().
    std::vector<Lease> leases(const std::string& space, const std::string& tenant = "default");
    std::vector<LeaseAct> take_lease_acts();
    std::vector<PresentUser> presence(const std::string& channel, const std::string& tenant = "default");

    // [{id,state,version,generation,generations[],reasons[]…}]
    Json plugins() const;
    std::uint64_t counter(const std::string& name) const;  // "tidegate_closes_total{4001}"

    // Ends all clients and plugins; "" or what did not end as it should. The destructor does it too, silently.
    std::string stop();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace tg::testing
