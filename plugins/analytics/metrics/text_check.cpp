#include "text_check.hpp"

#include <tidegate/json/writer.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

namespace tidegate::analytics {

bool is_utf8(std::string_view text) {
    if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return true;
    std::string token;
    tg::json::append_string(token, text);
    return nlohmann::json::accept(token);
}

}  // namespace tidegate::analytics
