#include "quote_document/access.hpp"

namespace tidegate::quote {

void Access::grant(std::string_view permission) {
    constexpr std::string_view kFamily = "quotes:";
    const bool everything = permission == "*" || permission == "quotes:*";
    reads_all_ = reads_all_ || everything || permission == "quotes:read";
    writes_all_ = writes_all_ || everything || permission == "quotes:write";
    own_ = own_ || permission == "quotes:own";
    this_one_ = this_one_ || (!quote_id_.empty() && permission.starts_with(kFamily) &&
                              permission.substr(kFamily.size()) == quote_id_);
}

bool Access::as_creator(const std::optional<std::string>& created_by) const {
    return own_ && !sub_.empty() && (!created_by || *created_by == sub_);
}

bool Access::may_read(const std::optional<std::string>& created_by) const {
    if (!created_by) return may_write(created_by);
    return reads_all_ || this_one_ || as_creator(created_by);
}

bool Access::may_write(const std::optional<std::string>& created_by) const {
    return writes_all_ || this_one_ || as_creator(created_by);
}

Access access_of(tg::Principal principal, std::string_view quote_id) {
    Access access(principal.sub(), quote_id);
    for (std::size_t i = 0; i < principal.permission_count(); ++i) access.grant(principal.permission(i));
    return access;
}

}  // namespace tidegate::quote
