#include "caller.hpp"

#include <optional>
#include <tidegate/plugin.hpp>

#include "quote_document/identity.hpp"

namespace tidegate::collaboration {
namespace {

std::uint64_t hash_of(std::string_view text, std::uint64_t seed) {
    std::uint64_t hash = 0xCBF29CE484222325u ^ seed;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    // What FNV leaves in the low bits is spread over all.
    hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9u;
    hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBu;
    return hash ^ (hash >> 31);
}

std::string hex_of(std::uint64_t number) {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string out;
    for (int shift = 60; shift >= 0; shift -= 4) out.push_back(kHex[(number >> shift) & 15]);
    return out;
}

// The store allows 128 bytes: user and type are shortened, the client's id and the request's are not.
std::string key_of(const tg::Message& message) {
    const std::string_view client_id = message.client_id(), id = message.id();
    if (id.empty()) return {};
    const std::string whose = std::string(message.principal().sub()).append("\n").append(message.type());
    return hex_of(hash_of(whose, 0)).append(":").append(client_id).append(":").append(id);
}

}  // namespace

KnownRights rights_without_creator(const quote::Access& access) {
    KnownRights out;
    const std::optional<std::string> somebody = std::string();
    if (access.may_write(somebody)) {
        out.rights = Rights::kEditor;
    } else if (access.has_own()) {
        out.needs_creator = true;
    } else if (access.may_read(somebody)) {
        out.rights = Rights::kViewer;
    }
    return out;
}

Rights rights_of(const quote::Access& access, const std::optional<std::string>& created_by) {
    if (access.may_write(created_by)) return Rights::kEditor;
    return access.may_read(created_by) ? Rights::kViewer : Rights::kNone;
}

Caller::Caller(std::string_view quote_id_of, const tg::Message& message)
    : quote_id(quote_id_of),
      person(message.principal().sub(), message.principal().name(), message.principal().role()),
      access(quote::access_of(message.principal(), quote_id)),
      session(message.session()),
      client_id(message.client_id()),
      scope(message.scope()),
      ref(message.ref()),
      request_key(key_of(message)) {}

Caller::Caller(std::string_view quote_id_of, const tg::Open& open)
    : quote_id(quote_id_of),
      person(open.principal().sub(), open.principal().name(), open.principal().role()),
      access(quote::access_of(open.principal(), quote_id)),
      session(open.session()),
      client_id(open.client_id()),
      scope(open.scope()) {}

std::string Caller::channel() const { return quote::channel_of(quote_id); }

std::string id_for(const Caller& caller, std::string_view what) {
    if (caller.request_key.empty()) return tg::random_uuid();
    const std::string named = std::string(what).append("\n").append(caller.quote_id).append("\n") + caller.request_key;
    std::string id = hex_of(hash_of(named, 1)) + hex_of(hash_of(named, 2));
    id[12] = '8';  // RFC 9562: version 8, the variant of that document
    const char variant = id[16];
    id[16] = "89ab"[(variant <= '9' ? variant - '0' : variant - 'a' + 10) & 3];
    for (const std::size_t at : {20u, 16u, 12u, 8u}) id.insert(at, 1, '-');
    return id;
}

}  // namespace tidegate::collaboration
