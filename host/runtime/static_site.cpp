#include "runtime/static_site.hpp"

#include "runtime/json_answer.hpp"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/URI.h>

#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

namespace tidegate::runtime {

namespace {

namespace fs = std::filesystem;

std::string_view content_type_of(const fs::path& file) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kTypes{{
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".json", "application/json"},
        {".png", "image/png"},
        {".ico", "image/x-icon"},
        {".txt", "text/plain; charset=utf-8"},
    }};
    for (const auto& [ending, type] : kTypes)
        if (file.extension() == ending) return type;
    return "application/octet-stream";
}

// The loop has already refused encoded slashes, dot segments and control characters; dot files are left.
std::optional<fs::path> file_of(const fs::path& folder, const std::string& path) {
    if (folder.empty()) return std::nullopt;
    const auto relative = path == "/" ? std::string("index.html") : path.substr(1);
    for (const auto& part : fs::path(relative))
        if (part.native().starts_with('.')) return std::nullopt;
    std::error_code failed;
    const auto root = fs::canonical(folder, failed);
    if (failed) return std::nullopt;
    const auto file = fs::canonical(root / relative, failed);
    if (failed || !fs::is_regular_file(file, failed)) return std::nullopt;
    // A symbolic link must not lead out of the folder.
    const auto inside = file.lexically_relative(root);
    if (inside.empty() || *inside.begin() == "..") return std::nullopt;
    return file;
}

class FileHandler final : public Poco::Net::HTTPRequestHandler {
public:
    explicit FileHandler(const fs::path& folder) : folder_(folder) {}

    void handleRequest(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) override {
        const auto& method = request.getMethod();
        if (method != "GET" && method != "HEAD") {
            response.set("Allow", "GET, HEAD");
            return send_error(response, 405, "method_not_allowed", "Only GET and HEAD are served here");
        }
        const auto file = file_of(folder_, Poco::URI(request.getURI()).getPath());
        std::ifstream in(file.value_or(fs::path()), std::ios::binary);
        if (!file || !in) return send_error(response, 404, "not_found", "There is nothing at this path");
        response.set("Content-Security-Policy",
                     "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; frame-ancestors 'none'");
        send_body(response, 200, content_type_of(*file), std::string(std::istreambuf_iterator<char>(in), {}));
    }

private:
    const fs::path& folder_;  // the factory's, which outlives its handlers
};

class FileHandlers final : public Poco::Net::HTTPRequestHandlerFactory {
public:
    explicit FileHandlers(fs::path folder) : folder_(std::move(folder)) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
        return new FileHandler(folder_);
    }

private:
    const fs::path folder_;
};

}  // namespace

Poco::Net::HTTPRequestHandlerFactory::Ptr static_site(fs::path folder) { return new FileHandlers(std::move(folder)); }

}  // namespace tidegate::runtime
