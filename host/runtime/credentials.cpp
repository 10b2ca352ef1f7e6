#include "runtime/credentials.hpp"

#include "wire/http_text.hpp"

#include <algorithm>
#include <ranges>

namespace tidegate::runtime {

namespace {

constexpr std::string_view kBearerProtocol = "bearer.";
constexpr std::string_view kResumeProtocol = "resume.";
constexpr std::string_view kOurProtocol = "tidegate.v1";
constexpr std::size_t kQueryParameters = 32;

std::optional<std::string> bearer_of(std::string_view authorization) {
    constexpr std::string_view scheme = "Bearer ";
    if (authorization.size() <= scheme.size()) return std::nullopt;
    if (!equals_ignoring_case(authorization.substr(0, scheme.size()), scheme)) return std::nullopt;
    return std::string(trim_blanks(authorization.substr(scheme.size())));
}

}  // namespace

std::optional<std::string> find_token(const RequestHead& head, const std::vector<std::string>& protocols,
                                      bool query_allowed) {
    for (const auto& protocol : protocols)
        if (protocol.starts_with(kBearerProtocol)) return protocol.substr(kBearerProtocol.size());
    if (const auto field = head.field("Authorization"))
        if (auto token = bearer_of(*field)) return token;
    if (query_allowed) return query_parameter(head.query, "token");
    return std::nullopt;
}

std::optional<std::string_view> choose_protocol(const std::vector<std::string>& protocols) {
    if (std::ranges::find(protocols, kOurProtocol) != protocols.end()) return kOurProtocol;
    for (const std::string_view protocol : protocols)
        if (!protocol.starts_with(kBearerProtocol) && !protocol.starts_with(kResumeProtocol)) return protocol;
    return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> public_query(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (std::size_t at = 0; at < query.size() && pairs.size() < kQueryParameters;) {
        const auto end = std::min(query.find('&', at), query.size());
        const auto part = query.substr(at, end - at);
        at = end + 1;
        const auto equals = part.find('=');
        const auto name = percent_decode(part.substr(0, equals), true);
        const auto value =
            percent_decode(equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1), true);
        if (!name || !value || name->empty() || *name == "token" || *name == "resume") continue;
        pairs.emplace_back(*name, *value);
    }
    return pairs;
}

}  // namespace tidegate::runtime
