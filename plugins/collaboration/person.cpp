#include "person.hpp"

#include <charconv>
#include <tidegate/json/reader.hpp>

namespace tidegate::collaboration {
namespace {

using tg::json::Kind;
using tg::json::Reader;
using tg::json::Writer;

constexpr std::size_t kMaxNameBytes = 120;
constexpr std::size_t kMaxRoleBytes = 32;

// At most so many bytes of whole characters.
std::string clipped(std::string_view text, std::size_t max_bytes) {
    if (text.size() > max_bytes) {
        text = text.substr(0, max_bytes + 1);
        while ((static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) text.remove_suffix(1);
        text.remove_suffix(1);
    }
    std::string out(text);
    for (char& c : out) {
        if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    }
    return out;
}

void text_into(Reader& in, std::string& out) {
    if (in.peek() == Kind::kString) in.string(out);
}

}  // namespace

Person::Person(std::string_view id_of, std::string_view name_of, std::string_view role_of)
    : id(id_of), name(clipped(name_of, kMaxNameBytes)), role(clipped(role_of, kMaxRoleBytes)) {}

std::string person_json(const Person& person) {
    Writer out;
    out.begin_object().member("id", person.id).member("name", person.name).member("role", person.role);
    return out.end_object().take();
}

std::string holder_json(const Person& person, std::uint64_t session) {
    Writer out;
    out.begin_object().member("name", person.name).member("role", person.role);
    out.member("session", std::to_string(session));
    return out.end_object().take();
}

Holder read_holder(std::string_view sub, std::string_view data) {
    Holder out;
    out.person.id = sub;
    std::string session;
    Reader in(data);
    std::string_view key;
    if (!in.enter_object()) return out;
    while (in.next_member(key)) {
        if (key == "name") text_into(in, out.person.name);
        if (key == "role") text_into(in, out.person.role);
        if (key == "session") text_into(in, session);
    }
    std::from_chars(session.data(), session.data() + session.size(), out.session);
    return out;
}

std::string presence_info(const Person& person, std::string_view access) {
    Writer out;
    out.begin_object().member("name", person.name).member("role", person.role).member("access", access);
    return out.end_object().take();
}

std::string role_in(std::string_view info) {
    std::string role;
    Reader in(info);
    std::string_view key;
    if (!in.enter_object()) return role;
    while (in.next_member(key)) {
        if (key == "role") text_into(in, role);
    }
    return role;
}

void write_present(Writer& out, std::string_view user, std::string_view info) {
    std::string name, role, access;
    Reader in(info);
    std::string_view key;
    if (in.enter_object()) {
        while (in.next_member(key)) {
            if (key == "name") text_into(in, name);
            if (key == "role") text_into(in, role);
            if (key == "access") text_into(in, access);
        }
    }
    out.begin_object().member("id", user).member("name", name).member("role", role).member("access", access);
}

}  // namespace tidegate::collaboration
