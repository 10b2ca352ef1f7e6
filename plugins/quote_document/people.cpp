#include "quote_document/people.hpp"

#include <string_view>
#include <tidegate/json/reader.hpp>
#include <tidegate/json/writer.hpp>
#include <tidegate/lease.hpp>

namespace tidegate::quote {
namespace {

constexpr std::size_t kMaxDataBytes = 512;

std::string who_json(std::string_view name, std::string_view role) {
    tg::json::Writer out;
    return out.begin_object().member("name", name).member("role", role).end_object().take();
}

}  // namespace

std::string who_of(tg::Principal principal) {
    std::string out = who_json(principal.name(), principal.role());
    if (out.size() > kMaxDataBytes) out = who_json(std::string_view(), principal.role());
    return out.size() > kMaxDataBytes ? who_json(std::string_view(), std::string_view()) : out;
}

std::string holder_of(const tg::Lease& lease) {
    std::string name, role;
    tg::json::Reader in{std::string_view(lease.data())};
    std::string_view key;
    if (in.peek() == tg::json::Kind::kObject && in.enter_object()) {
        while (in.next_member(key)) {
            if (in.peek() != tg::json::Kind::kString) continue;
            if (key == "name") in.string(name);
            if (key == "role") in.string(role);
        }
    }
    tg::json::Writer out;
    out.begin_object().member("id", lease.holder()).member("name", name).member("role", role);
    return out.end_object().take();
}

}  // namespace tidegate::quote
