// Caller: who sent a message, of which quote, and how his answer is told apart. It owns its texts, so it may be kept
// over an await.
// Thread rule: made and used by one hook.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tidegate/message.hpp>

#include "person.hpp"
#include "quote_document/access.hpp"

namespace tidegate::collaboration {

enum class Rights { kNone, kViewer, kEditor };

// What the permissions alone say; `needs_creator`: it depends on who created the quote.
struct KnownRights {
    Rights rights = Rights::kNone;
    bool needs_creator = false;
};
KnownRights rights_without_creator(const quote::Access& access);
// `created_by` without a value: there is no such quote.
Rights rights_of(const quote::Access& access, const std::optional<std::string>& created_by);

struct Caller {
    // `quote_id` as in its channel.
    Caller(std::string_view quote_id_of, const tg::Message& message);
    Caller(std::string_view quote_id_of, const tg::Open& open);

    std::string channel() const;

    std::string quote_id;
    Person person;
    quote::Access access;
    tg::Session session;
    std::string client_id;
    std::uint64_t scope = 0;
    std::string ref;  // `,"ref":…`, or empty
    // The same for the same request sent again; empty when it has no id.
    std::string request_key;
};

// An id for what this request creates: the same when it is sent again, a random one when the request has no id. Not
// a secret: whoever finds it taken looks at whose it is.
std::string id_for(const Caller& caller, std::string_view what);

}  // namespace tidegate::collaboration
