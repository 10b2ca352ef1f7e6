#include "config/draft.hpp"
#include "config/value_text.hpp"

#include <filesystem>

namespace tidegate::config {
namespace {

bool on_loopback(const std::string& address) {
    const auto read = read_address(address);
    return read && read->loopback;
}

void blame(Draft& draft, const std::string& key, std::string text) {
    // A key that is wrong by itself was named already.
    for (const Problem& problem : draft.problems)
        if (problem.key == key) return;
    draft.complain(draft.line_of_key(key), key, std::move(text));
}

void check_key(Draft& draft) {
    const Settings& settings = draft.settings;
    if (settings.auth.hs256_key.empty())
        blame(draft, "auth.hs256_key", "is required: the key that signs tokens, 32 bytes or more, or file:PATH");
    else if (settings.auth.hs256_key == kDevelopmentKey && !on_loopback(settings.listen.address))
        blame(draft, "auth.hs256_key",
              "is the development key, which everybody knows: refused because listen.address is " +
                  settings.listen.address);
}

void check_admin(Draft& draft) {
    const Settings& settings = draft.settings;
    const std::filesystem::path& token = settings.admin.token_file;
    if (token.empty() && !on_loopback(settings.admin.address))
        blame(draft, "admin.address", settings.admin.address + " is not loopback: name an admin.token_file");
    std::error_code error;
    if (!token.empty() && !std::filesystem::is_regular_file(token, error))
        blame(draft, "admin.token_file", "'" + token.string() + "' is no file");
    if (settings.admin.address == settings.listen.address && !settings.admin.address.ends_with(":0"))
        blame(draft, "admin.address", "is listen.address; the admin pages need a port of their own");
}

}  // namespace

void check_rules(Draft& draft) {
    const Settings& settings = draft.settings;
    check_key(draft);
    check_admin(draft);
    if (settings.listen.conformance && !on_loopback(settings.listen.address))
        blame(draft, "listen.conformance",
              "asks nobody who they are: refused because listen.address is " + settings.listen.address);
    std::error_code error;
    if (!settings.web.dir.empty() && !std::filesystem::is_directory(settings.web.dir, error))
        blame(draft, "web.dir", "'" + settings.web.dir.string() + "' is no folder");
}

}  // namespace tidegate::config
