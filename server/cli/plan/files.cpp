#include "server/cli/plan/files.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <fstream>
#include <sstream>

#include "dispatch/planning/trsp/reasons.hpp"

namespace callout::cli {
namespace trsp = planning::trsp;
namespace json = boost::json;

namespace {

std::string sentences(const std::filesystem::path& path, const trsp::ParseErrors& errors) {
    std::string text;
    for (const auto& error : errors) {
        if (!text.empty()) text += '\n';
        text += fmt::format("{}:{}:{}: {} [{}]", path.string(), error.line, error.column, error.message,
                            trsp::code(error.fault));
    }
    return text;
}

tl::expected<json::value, std::string> read_json(const std::filesystem::path& path) {
    const auto text = read_text(path);
    if (!text) return tl::make_unexpected(text.error());
    boost::system::error_code error;
    auto value = json::parse(*text, error);
    if (error) return tl::make_unexpected(path.string() + ": not JSON: " + error.message());
    return value;
}

}  // namespace

int fail(const std::string& message) {
    fmt::print(stderr, "{}\n", message);
    return 2;
}

tl::expected<std::string, std::string> read_text(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
    if (file.bad() || !file.is_open()) return tl::make_unexpected("cannot read " + path.string());
    return text.str();
}

tl::expected<void, std::string> write_text(const std::filesystem::path& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (!file) return tl::make_unexpected("cannot write " + path.string());
    return {};
}

tl::expected<void, std::string> make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    if (!folder.empty()) std::filesystem::create_directories(folder, error);
    if (error) return tl::make_unexpected("cannot make the folder " + folder.string() + ": " + error.message());
    return {};
}

tl::expected<trsp::Instance, std::string> read_instance(const std::filesystem::path& path) {
    const auto text = read_text(path);
    if (!text) return tl::make_unexpected(text.error());
    auto instance = trsp::parse_instance(*text);
    if (!instance) return tl::make_unexpected(sentences(path, instance.error()));
    return std::move(*instance);
}

tl::expected<std::vector<trsp::Release>, std::string> read_releases(const std::filesystem::path& path,
                                                                    const trsp::Instance& instance) {
    const auto text = read_text(path);
    if (!text) return tl::make_unexpected(text.error());
    auto releases = trsp::parse_releases(*text, instance);
    if (!releases) return tl::make_unexpected(sentences(path, releases.error()));
    return std::move(*releases);
}

tl::expected<std::map<std::string, double>, std::string> read_best_known(const std::filesystem::path& path) {
    std::map<std::string, double> values;
    if (!std::filesystem::exists(path)) return values;
    const auto document = read_json(path);
    if (!document) return tl::make_unexpected(document.error());
    if (!document->is_object()) return tl::make_unexpected(path.string() + ": an object was expected");
    for (const auto& [name, value] : document->as_object()) {
        const double best = value.is_number() ? value.to_number<double>() : 0;
        if (!std::isfinite(best) || best <= 0) {
            return tl::make_unexpected(path.string() + ": " + std::string(name) + " should be a number above 0");
        }
        values[name] = best;
    }
    return values;
}

tl::expected<std::vector<std::filesystem::path>, std::string> instance_files(const std::filesystem::path& folder) {
    std::error_code error;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".txt") files.push_back(entry.path());
    }
    if (error) return tl::make_unexpected("cannot list " + folder.string() + ": " + error.message());
    if (files.empty()) return tl::make_unexpected("there is no .txt file in " + folder.string());
    std::sort(files.begin(), files.end());
    return files;
}

std::string solution_json(const trsp::Instance& instance, const trsp::Solution& solution, Provenance provenance) {
    std::string text = fmt::format(R"({{"instance":{},"value":{:.6f},"seed":{},"seconds":{},"routes":[)",
                                   json::serialize(json::string(instance.name)), provenance.value, provenance.seed,
                                   provenance.seconds);
    for (std::size_t i = 0; i < solution.tours.size(); ++i) {
        const auto& tour = solution.tours[i];
        text += fmt::format(R"({}{{"technician":{},"stops":[)", i == 0 ? "" : ",", tour.technician);
        for (std::size_t s = 0; s < tour.stops.size(); ++s) {
            if (s > 0) text += ',';
            text += tour.stops[s] == trsp::kDepot ? "\"depot\"" : std::to_string(tour.stops[s]);
        }
        text += "]}";
    }
    text += R"(],"unserved":[)";
    const char* comma = "";
    for (const int id : solution.unserved) {
        text += fmt::format(R"({}{{"id":{},"reason":"{}"}})", comma, id, trsp::code(trsp::why_unserved(instance, id)));
        comma = ",";
    }
    return text + "]}\n";
}

tl::expected<ClaimedSolution, std::string> read_solution(const std::filesystem::path& path) {
    const auto document = read_json(path);
    if (!document) return tl::make_unexpected(document.error());
    try {
        ClaimedSolution claimed;
        const auto& fields = document->as_object();
        if (const auto* name = fields.if_contains("instance")) claimed.instance = name->as_string();
        if (const auto* value = fields.if_contains("value")) claimed.value = value->to_number<double>();
        for (const auto& route : document->at("routes").as_array()) {
            trsp::Tour tour;
            tour.technician = route.at("technician").to_number<int>();
            for (const auto& stop : route.at("stops").as_array()) {
                const bool depot = stop.is_string() && stop.as_string() == "depot";
                tour.stops.push_back(depot ? trsp::kDepot : stop.to_number<int>());
            }
            claimed.solution.tours.push_back(std::move(tour));
        }
        return claimed;
    } catch (const boost::system::system_error& fault) {
        return tl::make_unexpected(path.string() + ": not a solution: " + fault.code().message());
    }
}

}  // namespace callout::cli
