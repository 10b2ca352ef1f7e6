// What a principal may do with one quote, from its permissions and from who created the quote (nobody yet, when it does
// not exist). Not here: reading the quote, refusing.
// Thread rule: [any-thread], a value that owns its texts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tidegate/principal.hpp>

namespace tidegate::quote {

class Access {
public:
    // `quote_id` is empty where no single quote is meant.
    Access(std::string_view sub, std::string_view quote_id) : sub_(sub), quote_id_(quote_id) {}

    void grant(std::string_view permission);

    bool reads_all() const { return reads_all_; }
    bool has_own() const { return own_; }

    // `created_by` without a value: the quote does not exist. It opens for whoever may create it.
    bool may_read(const std::optional<std::string>& created_by) const;
    bool may_write(const std::optional<std::string>& created_by) const;

private:
    bool as_creator(const std::optional<std::string>& created_by) const;

    std::string sub_;
    std::string quote_id_;
    bool reads_all_ = false;
    bool writes_all_ = false;
    bool own_ = false;
    bool this_one_ = false;
};

// `quote_id` is empty where no single quote is meant.
Access access_of(tg::Principal principal, std::string_view quote_id);

}  // namespace tidegate::quote
