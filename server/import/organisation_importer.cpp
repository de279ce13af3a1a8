#include "dispatch/organisation/structure.hpp"
#include "server/import/formats.hpp"
#include "server/storage/organisation.hpp"

namespace callout::import {
namespace {

using dispatch::UnitKind;

struct UnitRow {
    storage::NewUnit unit;
    std::string parent_code;
};

bool same(const storage::Unit& a, const storage::Unit& b) {
    return a.name == b.name && a.phone == b.phone && a.address == b.address && a.region_code == b.region_code &&
           a.longitude == b.longitude && a.latitude == b.latitude;
}

class OrganisationImporter : public Importer {
public:
    explicit OrganisationImporter(std::string region) : region_{std::move(region)} {}

    std::vector<std::string_view> required_columns() const override { return {"code", "name", "kind", "parent_code"}; }

    std::vector<std::string_view> optional_columns() const override {
        return {"phone", "address", "region_code", "longitude", "latitude"};
    }

    // Parents stand before their children in the file, so a row sees those before it.
    std::vector<Outcome> import_batch(storage::Connection& db, std::span<Record> records, Instant now) override {
        std::vector<Outcome> outcomes;
        for (auto& record : records) {
            const auto row = read(record);
            auto outcome = record.mistake() ? Outcome{} : save(db, record, row, now);
            outcomes.push_back(record.mistake() ? Outcome::rejected(*record.mistake()) : std::move(outcome));
        }
        return outcomes;
    }

private:
    UnitRow read(Record& record) const {
        UnitRow row{.unit = {.code = record.required_text("code", 64), .name = record.required_text("name", 200)},
                    .parent_code = record.text("parent_code", 64)};
        const auto kind = record.choice<UnitKind>("kind");
        if (!kind) record.fail("kind", "required");
        row.unit.kind = kind.value_or(UnitKind::headquarters);
        row.unit.phone = record.phone("phone", region_);
        row.unit.address = record.text("address", 500);
        row.unit.region_code = record.text("region_code", 16);
        if (const auto point = record.point()) {
            row.unit.longitude = point->longitude;
            row.unit.latitude = point->latitude;
        }
        return row;
    }

    static Outcome save(storage::Connection& db, Record& record, UnitRow row, Instant now) {
        const auto present = storage::find_unit_by_code(db, row.unit.code);
        const auto parent = parent_of(db, record, row);
        if (record.mistake()) return {};
        if (!present) {
            row.unit.parent_id = parent ? std::optional{parent->id} : std::nullopt;
            if (!storage::insert_unit(db, row.unit, now)) record.fail("code", "taken");
            return Outcome::imported();
        }
        // A unit's place carries its tickets along; moving one is the administrator's decision, not a file's.
        if (present->kind != row.unit.kind) record.fail("kind", "not_as_it_is");
        if (present->parent_id != (parent ? std::optional{parent->id} : std::nullopt))
            record.fail("parent_code", "not_as_it_is");
        auto wanted = *present;
        wanted.name = row.unit.name;
        wanted.phone = row.unit.phone;
        wanted.address = row.unit.address;
        wanted.region_code = row.unit.region_code;
        wanted.longitude = row.unit.longitude;
        wanted.latitude = row.unit.latitude;
        if (record.mistake() || same(*present, wanted)) return Outcome::unchanged();
        if (!storage::update_unit(db, wanted, present->version).value_or(false)) record.fail("", "changed_meanwhile");
        return Outcome::imported();
    }

    static std::optional<storage::Unit> parent_of(storage::Connection& db, Record& record, const UnitRow& row) {
        if (row.unit.kind == UnitKind::headquarters) {
            const auto root = storage::find_headquarters(db);
            if (!row.parent_code.empty()) record.fail("parent_code", "kind_not_below_parent");
            if (root && root->code != row.unit.code) record.fail("code", "headquarters_exists");
            return std::nullopt;
        }
        if (row.parent_code.empty()) {
            record.fail("parent_code", "required");
            return std::nullopt;
        }
        auto parent = storage::find_unit_by_code(db, row.parent_code);
        if (!parent)
            record.fail("parent_code", "not_found");
        else if (!dispatch::may_stand_below(row.unit.kind, parent->kind))
            record.fail("parent_code", "kind_not_below_parent");
        return parent;
    }

    std::string region_;
};

}  // namespace

std::unique_ptr<Importer> organisation_importer(std::string region) {
    return std::make_unique<OrganisationImporter>(std::move(region));
}

}  // namespace callout::import
