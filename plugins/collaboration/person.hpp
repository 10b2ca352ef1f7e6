// Person: a user as others see him, and the texts in which the host keeps him: with a lease, with his presence.
// Thread rule: [any-thread], values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tidegate/json/writer.hpp>

namespace tidegate::collaboration {

struct Person {
    Person() {}  // no aggregate: it is a part of what coroutines take
    // Names are cut to what fits in a lease's data, control characters become spaces.
    Person(std::string_view id_of, std::string_view name_of, std::string_view role_of);

    std::string id;
    std::string name;
    std::string role;
};

// {"id","name","role"}
std::string person_json(const Person& person);

// What a lease carries: who holds it, and on which connection.
std::string holder_json(const Person& person, std::uint64_t session);
struct Holder {
    Person person;
    std::uint64_t session = 0;  // 0: not known
};
Holder read_holder(std::string_view sub, std::string_view data);

// What presence carries.
std::string presence_info(const Person& person, std::string_view access);
std::string role_in(std::string_view info);
// {"id","name","role","access"} without the closing brace, to be continued.
void write_present(tg::json::Writer& out, std::string_view user, std::string_view info);

}  // namespace tidegate::collaboration
